"""PSPNet."""

from typing import Final

from segstudio.models.references import KeyMap, Reference
from segstudio.models.zoo.entries import Architecture, Variant

HSZHAO: Final[KeyMap] = {
    "layer0.0.*": "backbone.conv1.*",
    "layer0.1.*": "backbone.bn1.*",
    "layer0.3.*": "backbone.conv2.*",
    "layer0.4.*": "backbone.bn2.*",
    "layer0.6.*": "backbone.conv3.*",
    "layer0.7.*": "backbone.bn3.*",
    "layer*.**": "backbone.layer*.**",
}

PTSEMSEG: Final[KeyMap] = {
    "convbnrelu1_*.cbr_unit.0.*": "backbone.conv*.*",
    "convbnrelu1_*.cbr_unit.1.*": "backbone.bn*.*",
    **{
        f"res_block{stage + 1}.layers.*.{theirs}.*": f"backbone.layer{stage}.*.{ours}.*"
        for stage in range(1, 5)
        for theirs, ours in {
            "cbr1.cbr_unit.0": "conv1",
            "cbr1.cbr_unit.1": "bn1",
            "cbr2.cbr_unit.0": "conv2",
            "cbr2.cbr_unit.1": "bn2",
            "cb3.cb_unit.0": "conv3",
            "cb3.cb_unit.1": "bn3",
            "cb4.cb_unit.0": "downsample.0",
            "cb4.cb_unit.1": "downsample.1",
        }.items()
    },
    "pyramid_pooling.path_module_list.*.cbr_unit.0.*": "ppm.features.*.1.*",
    "pyramid_pooling.path_module_list.*.cbr_unit.1.*": "ppm.features.*.2.*",
    "cbr_final.cbr_unit.*.*": "cls.*.*",
    "classification.*": "cls.4.*",
    "convbnrelu4_aux.cbr_unit.*.*": "aux.*.*",
    "aux_cls.*": "aux.4.*",
}

CSAIL: Final[KeyMap] = {
    **{f"**.{extra}": "" for extra in ("_tmp_running_mean", "_tmp_running_var", "_running_iter")},
    "encoder.**": "backbone.**",
    "decoder.ppm.**": "ppm.features.**",
    "decoder.conv_last.**": "cls.**",
    "decoder.cbr_deepsup.**": "aux.**",
    "decoder.conv_last_deepsup.*": "aux.4.*",
}
"""Of both files, behind "encoder." and "decoder.", without what its synchronised normalisations keep to themselves."""

PSPNET: Final[dict[str, Architecture]] = {
    "pspnet": Architecture(
        "PSPNet",
        'Zhao, Shi, Qi, Wang and Jia, "Pyramid scene parsing network", CVPR 2017',
        2017,
        "segstudio.models.zoo.pspnet:PSPNet",
        (
            Variant({"backbone": "resnet50"}, 46_716_373, 189.71, 8, (46_782_550, 150)),
            Variant({"backbone": "resnet101"}, 65_708_501, 269.73, 8, (65_707_475, 19)),
        ),
        ("resnet50", "resnet101"),
        (
            Reference("hszhao_pspnet50_c150", {"classes": 150, "backbone": "resnet50", "auxiliary": True}, HSZHAO),
            Reference("hszhao_pspnet50_c21", {"classes": 21, "backbone": "resnet50", "auxiliary": True}, HSZHAO),
            Reference(
                "ptsemseg_pspnet",
                {"classes": 19, "backbone": "resnet101", "auxiliary": True, "finest_first": True},
                PTSEMSEG,
            ),
        ),
    ),
}
