"""What a program of torch.export may call: operators of ATen that compute, and arithmetic with sizes. Without torch."""

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

_POINTWISE: Final = """
abs acos acosh add addcdiv addcmul asin asinh atan atan2 atanh bitwise_and bitwise_not bitwise_or bitwise_xor ceil celu
clamp clamp_max clamp_min clip cos cosh div divide elu eq erf erfc exp exp2 expm1 fill floor floor_divide fmod frac ge
gelu glu greater greater_equal gt hardshrink hardsigmoid hardswish hardtanh isfinite isinf isnan le leaky_relu lerp less
less_equal log log10 log1p log2 log_sigmoid logical_and logical_not logical_or logical_xor logit lt masked_fill maximum
minimum mish mul multiply nan_to_num ne neg negative not_equal pow prelu _prelu_kernel reciprocal relu relu6 remainder
round rsqrt rsub selu sgn sigmoid sign silu sin sinh softplus softshrink sqrt square sub subtract tan tanh threshold
true_divide trunc where xlogy
"""
_REDUCING: Final = """
all amax amin any argmax argmin cumsum logsumexp max mean min linalg_vector_norm prod std std_mean sum var var_mean topk
sort argsort _softmax _log_softmax softmax log_softmax _safe_softmax
"""
_WINDOWED: Final = """
_convolution convolution conv1d conv2d conv_transpose2d max_pool2d max_pool2d_with_indices avg_pool1d avg_pool2d
avg_pool3d adaptive_avg_pool1d adaptive_avg_pool2d _adaptive_avg_pool2d adaptive_max_pool2d max_unpool2d pixel_shuffle
pixel_unshuffle
"""
_RESIZING: Final = """
upsample_nearest2d _upsample_nearest_exact2d upsample_bilinear2d upsample_bicubic2d _upsample_bilinear2d_aa
_upsample_bicubic2d_aa
"""
_NORMALISING: Final = """
batch_norm _native_batch_norm_legit _native_batch_norm_legit_no_training instance_norm layer_norm native_layer_norm
group_norm native_group_norm rms_norm
"""
_OTHERS: Final = """
linear addmm baddbmm bmm matmul mm mv einsum grid_sampler grid_sampler_2d dropout native_dropout feature_dropout
constant_pad_nd pad reflection_pad1d reflection_pad2d replication_pad1d replication_pad2d embedding
scaled_dot_product_attention
"""
_SHAPING: Final = """
alias broadcast_tensors broadcast_to cat chunk clone concat concatenate contiguous detach expand expand_as flatten flip
gather index index_put index_select lift lift_fresh lift_fresh_copy meshgrid movedim moveaxis narrow permute ravel
repeat reshape reshape_as resolve_conj resolve_neg roll rot90 scatter select select_scatter slice slice_scatter split
split_with_sizes squeeze stack swapaxes swapdims t tile transpose tril triu unbind unflatten unsqueeze view view_as
_unsafe_view _unsafe_index hstack vstack
alias_copy expand_copy permute_copy select_copy slice_copy squeeze_copy t_copy transpose_copy unsqueeze_copy view_copy
detach_copy
"""
_MAKING: Final = """
arange eye full full_like linspace new_full new_ones new_zeros ones ones_like scalar_tensor zeros zeros_like copy
_to_copy to type_as zero
"""
_SIZES: Final = """
sym_size sym_numel sym_stride _assert_scalar _assert_tensor_metadata _assert_async sym_constrain_range
sym_constrain_range_for_size
"""

WINDOWED: Final = frozenset(_WINDOWED.split())
"""Those that go over an image in steps."""
RESIZING: Final = frozenset(_RESIZING.split())
NORMALISING: Final = frozenset(_NORMALISING.split())

ATEN: Final = frozenset(
    " ".join((_POINTWISE, _REDUCING, _WINDOWED, _RESIZING, _NORMALISING, _OTHERS, _SHAPING, _MAKING, _SIZES)).split()
)
"""Operators that read their arguments and write their results, and nothing else; what torch does not check of those
``checks`` does. ATen has others: ``save`` and ``from_file`` write files, ``as_strided``, ``resize_`` and ``set_``
change what a tensor reaches over, ``empty`` shows what was in memory, ``repeat_interleave`` believes
the size it is told, and sparse ones trust indices.
"""

FACTORIES: Final = frozenset(("arange", "eye", "full", "linspace", "ones", "scalar_tensor", "zeros"))
"""Those that make tensors of nothing: on the device that the program runs on, whatever it says."""

ARITHMETIC: Final[Mapping[str, Callable[..., Any]]] = {
    **{f"_operator.{name}": getattr(operator, name) for name in
       ("eq", "ne", "le", "ge", "lt", "gt", "neg", "pos", "mul", "add", "sub", "floordiv", "mod", "truediv", "and_",
        "or_")},
    "math.trunc": math.trunc,
    "torch.sym_not": operator.not_,
    "torch.sym_int": int,
    "torch.sym_float": float,
    "torch.sym_max": max,
    "torch.sym_min": min,
    "torch.sym_ite": lambda test, yes, no: yes if test else no,
    "torch._sym_sqrt": math.sqrt,
    "torch.sym_sqrt": math.sqrt,
}  # fmt: skip
"""What is done with sizes while a program runs, by the names that torch.export has for it."""

CONTEXTS: Final = ("wrap_with_set_grad_enabled", "wrap_with_autocast")
"""Higher order operators that run a part of the program: gradients are never kept here."""


def allowed(target: str) -> bool:
    """Tell whether a program may call ``target``: ``torch.ops.aten.relu.default``, ``_operator.mul``, ..."""
    if target in ARITHMETIC:
        return True
    parts = target.split(".")
    if parts[:3] == ["torch", "ops", "higher_order"]:
        return parts[3:] == [CONTEXTS[0]]
    if len(parts) != 5 or parts[:3] != ["torch", "ops", "aten"] or parts[4].startswith("_"):
        return False
    return parts[3].removesuffix("_") in ATEN or parts[3] in ATEN
