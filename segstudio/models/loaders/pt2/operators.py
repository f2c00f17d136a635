"""What a program of torch.export may call: operators of ATen that compute, and arithmetic with sizes. Without torch."""

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

_POINTWISE: Final = """
abs acos acosh add addcdiv addcmul asin asinh atan atan2 atanh bitwise_and bitwise_not bitwise_or bitwise_xor ceil celu
clamp clamp_max clamp_min clip copysign cos cosh div divide elu eq erf erfc exp exp2 expm1 fill floor floor_divide fmod
frac ge gelu glu greater greater_equal gt hardshrink hardsigmoid hardswish hardtanh hypot isfinite isinf isnan le
leaky_relu lerp less less_equal log log10 log1p log2 log_sigmoid logaddexp logical_and logical_not logical_or
logical_xor logit lt masked_fill maximum minimum mish mul multiply nan_to_num ne neg negative not_equal pow prelu
_prelu_kernel reciprocal relu relu6 remainder round rrelu rsqrt rsub selu sgn sigmoid sign silu sin sinh softplus
softshrink sqrt square sub subtract tan tanh threshold true_divide trunc where xlogy
"""
_REDUCING: Final = """
all amax amin any argmax argmin count_nonzero cumsum cumprod frobenius_norm logsumexp max mean median min norm
linalg_norm linalg_vector_norm nansum prod std std_mean sum var var_mean topk sort argsort kthvalue
_softmax _log_softmax softmax log_softmax _safe_softmax
"""
_NETWORK: Final = """
_convolution convolution conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d conv_depthwise3d
_conv_depthwise2d linear addmm addmv addbmm baddbmm bmm matmul mm mv dot einsum outer tensordot bilinear
batch_norm native_batch_norm _native_batch_norm_legit _native_batch_norm_legit_no_training _batch_norm_with_update
_batch_norm_no_update
instance_norm layer_norm native_layer_norm group_norm native_group_norm rms_norm
max_pool1d max_pool2d max_pool3d max_pool2d_with_indices max_pool3d_with_indices avg_pool1d avg_pool2d avg_pool3d
adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d _adaptive_avg_pool2d _adaptive_avg_pool3d
adaptive_max_pool1d adaptive_max_pool2d adaptive_max_pool3d max_unpool2d max_unpool3d
upsample_nearest1d upsample_nearest2d upsample_nearest3d _upsample_nearest_exact1d _upsample_nearest_exact2d
_upsample_nearest_exact3d upsample_linear1d upsample_bilinear2d upsample_trilinear3d upsample_bicubic2d
_upsample_bilinear2d_aa _upsample_bicubic2d_aa
grid_sampler grid_sampler_2d grid_sampler_3d affine_grid_generator pixel_shuffle pixel_unshuffle channel_shuffle
native_channel_shuffle im2col col2im dropout dropout_ native_dropout feature_dropout alpha_dropout
constant_pad_nd pad reflection_pad1d reflection_pad2d reflection_pad3d replication_pad1d replication_pad2d
replication_pad3d embedding cosine_similarity cdist
scaled_dot_product_attention _scaled_dot_product_attention_math
"""
_SHAPING: Final = """
alias broadcast_tensors broadcast_to cat chunk clone concat concatenate contiguous detach diagonal diag_embed expand
expand_as flatten flip gather index index_add index_copy index_fill index_put index_select lift lift_fresh
lift_fresh_copy masked_scatter meshgrid movedim moveaxis narrow one_hot permute ravel repeat repeat_interleave reshape
reshape_as resolve_conj resolve_neg roll rot90 scatter scatter_add scatter_reduce select select_scatter slice
slice_scatter split split_with_sizes squeeze stack swapaxes swapdims t take_along_dim tensor_split tile transpose tril
triu unbind unflatten unfold unsafe_chunk unsafe_split unsafe_split_with_sizes unsqueeze view view_as
_unsafe_view _unsafe_index _unsafe_index_put hstack vstack dstack column_stack
alias_copy diagonal_copy expand_copy permute_copy select_copy slice_copy split_copy split_with_sizes_copy squeeze_copy
t_copy transpose_copy unbind_copy unfold_copy unsqueeze_copy view_copy detach_copy
"""
_MAKING: Final = """
arange empty empty_like empty_permuted eye full full_like linspace logspace new_empty new_full new_ones new_zeros ones
ones_like scalar_tensor zeros zeros_like copy _to_copy to type_as zero tril_indices triu_indices
"""
_SIZES: Final = """
sym_size sym_numel sym_stride _assert_scalar _assert_tensor_metadata _assert_async sym_constrain_range
sym_constrain_range_for_size
"""

ATEN: Final = frozenset(" ".join((_POINTWISE, _REDUCING, _NETWORK, _SHAPING, _MAKING, _SIZES)).split())
"""Operators that read their arguments and write their results, and nothing else. ATen has others: ``save`` and
``from_file`` write files, ``as_strided``, ``resize_`` and ``set_`` change what a tensor reaches over, sparse ones trust
indices.
"""

FACTORIES: Final = frozenset(
    ("arange", "empty", "empty_permuted", "eye", "full", "linspace", "logspace", "ones", "scalar_tensor", "zeros",
     "tril_indices", "triu_indices")
)  # fmt: skip
"""Those that make tensors of nothing: on the device that the program runs on, whatever it says."""

UNCHECKED: Final = frozenset(
    ("native_batch_norm", "_native_batch_norm_legit", "_native_batch_norm_legit_no_training", "_batch_norm_no_update",
     "_batch_norm_with_update")
)  # fmt: skip
"""Those of which torch does not check that statistics are as many as channels: they would read beyond them."""

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
