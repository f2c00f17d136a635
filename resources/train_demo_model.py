"""Train the demo model from nothing: ``python resources/train_demo_model.py`` (11 minutes on 2 busy cores).

Draws synthetic cells with seeds that neither the sample project nor the score uses, trains a small U-Net on them and
writes ``demo_unet.safetensors`` beside this file, with the score on unseen seeds in its training record.
"""

import logging
from dataclasses import replace
from datetime import date
from pathlib import Path

import torch

from segstudio.io.files import write_atomically
from segstudio.models.check import checked
from segstudio.models.description import Description, Preprocess
from segstudio.models.loaders.segstudio import to_bytes
from segstudio.models.training.plan import Augmentation, Plan
from segstudio.models.training.score import PixelScoring
from segstudio.models.training.trainer import Trainer
from segstudio.services.synthetic_cells import CELL_SCHEMA, draw_picture

TARGET = Path(__file__).with_name("demo_unet.safetensors")
TRAINED = range(1_000_000, 1_000_640)
UNSEEN = range(2_000_000, 2_000_048)
WIDTH, DEPTH = 16, 3
PLAN = Plan(crop=160, epochs=13, learning_rate=3e-3, augmentation=Augmentation(turns=True))


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    config = {"in_channels": 3, "classes": len(CELL_SCHEMA.scored), "width": WIDTH, "depth": DEPTH}
    description = Description("unet", config, CELL_SCHEMA, Preprocess(divisor=1 << DEPTH))
    trainer = Trainer(description, PLAN)
    examples, unseen = [draw_picture(seed) for seed in TRAINED], [draw_picture(seed) for seed in UNSEEN]
    for step in trainer.run(examples, unseen[:12]):
        if (epoch := step.epoch) is not None:
            logging.info(
                "epoch %d: loss %.3f, mean IoU %.3f, %.0f s", epoch.number, epoch.loss, epoch.score, epoch.seconds
            )
    network = trainer.network.half().float()  # what the file keeps is what is scored
    scoring = PixelScoring(network, description)
    for picture in unseen:
        scoring.add(*picture)
    record = {
        "script": "resources/train_demo_model.py",
        "date": date.today().isoformat(),
        "pictures": f"synthetic cells, seeds {TRAINED.start} to {TRAINED.stop - 1}",
        "images": len(examples),
        "epochs": PLAN.epochs,
        "minutes": round(trainer.epochs[-1].seconds / 60, 1),
        "mean_iou": round(scoring.score, 4),
        "scored_on": f"synthetic cells, seeds {UNSEEN.start} to {UNSEEN.stop - 1}",
    }
    described = checked(network, replace(description, training=record))
    write_atomically(TARGET, to_bytes(network, described, torch.float16))
    logging.info("%s: %s", TARGET, record)


if __name__ == "__main__":
    main()
