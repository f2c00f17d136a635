"""Which sizes a program takes: expressions of sizes, read as a syntax tree and computed with whole numbers alone.

torch hands them to sympy and to ``eval``, which run whatever else stands there. Without torch.
"""

import ast
import operator
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Final

LONGEST: Final = 4096
"""Characters of an expression; those of real networks have some hundred."""
_LARGEST: Final = 1 << 62

Names = Mapping[str, int]
"""What symbols are worth, and sides of the input, called ``side 0`` and so on."""


class UnreadableSize(ValueError):
    """An expression that is none, or more than one."""


def _power(base: int, exponent: int) -> int:
    if not 0 <= exponent <= 4:
        raise UnreadableSize("a size is raised to a high power")
    return _product(*[base] * exponent)


def _product(*values: int) -> int:
    return reduce(operator.mul, values, 1)


_CALLS: Final[Mapping[str, Callable[..., int]]] = {
    "Add": lambda *values: sum(values), "Mul": _product, "Pow": _power, "PowByNatural": _power, "Integer": int,
    "FloorDiv": operator.floordiv, "CleanDiv": operator.floordiv, "Mod": operator.mod, "PythonMod": operator.mod,
    "Max": max, "Min": min, "max": max, "min": min,
}  # fmt: skip
_BINARY: Final[Mapping[type[ast.AST], Callable[[int, int], int]]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod, ast.Pow: _power, ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt,
    ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of sizes, such as ``Mul(Integer(32), Symbol('s1'))`` or ``L['x'].size()[2] % 8 == 0``."""

    tree: ast.expr

    def symbol(self) -> str:
        """Return the one symbol of it; raises ``UnreadableSize`` where it has none or several."""
        called = {node.func for node in ast.walk(self.tree) if isinstance(node, ast.Call)}
        names = {node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name) and node not in called}
        texts = (node.value for node in ast.walk(self.tree) if isinstance(node, ast.Constant))
        names |= {text for text in texts if isinstance(text, str)}
        if len(names) != 1:
            raise UnreadableSize("a side depends on several numbers, or on none")
        return names.pop()

    def value(self, names: Names) -> int:
        """Compute it; raises ``UnreadableSize`` for anything but arithmetic, and for what ``names`` has not."""
        try:
            return _value(self.tree, names)
        except (ArithmeticError, TypeError, ValueError, RecursionError) as error:
            raise UnreadableSize(str(error)) from error


def parsed(text: str) -> Expression:
    """Read an expression; nothing is computed. Raises ``UnreadableSize``."""
    try:
        if len(text) > LONGEST:
            raise ValueError("it is too long")
        with warnings.catch_warnings():  # of odd texts: the file's fault, and nobody's to mend
            warnings.simplefilter("ignore")
            return Expression(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
        raise UnreadableSize(str(error)) from error


def _value(tree: ast.expr, names: Names) -> int:
    match tree:
        case ast.Constant(value=int() as number):
            found = number
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            found = -_value(inner, names)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            found = not _value(inner, names)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            found = _BINARY[type(op)](_value(left, names), _value(right, names))
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _BINARY:
            found = _BINARY[type(op)](_value(left, names), _value(right, names))
        case ast.BoolOp(op=op, values=values):
            found = (all if isinstance(op, ast.And) else any)([_value(value, names) for value in values])
        case ast.Call(func=ast.Name(id="Symbol"), args=[ast.Constant(value=str() as name)]) | ast.Name(id=name):
            found = _named(name, names)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _CALLS:
            found = _CALLS[name](*(_value(argument, names) for argument in arguments))
        case ast.Subscript(slice=ast.Constant(value=int() as axis), value=ast.Call(func=size, args=[])):
            found = _named(_side(size, axis), names)
        case _:
            raise UnreadableSize(f"{type(tree).__name__} is no arithmetic with sizes")
    if abs(found) > _LARGEST:
        raise UnreadableSize("a size is too large")
    return found


def _side(tree: ast.expr, axis: int) -> str:
    """Return what a side of the input is called: ``L['x'].size`` is that of the only one there is."""
    match tree:
        case ast.Attribute(attr="size", value=ast.Subscript(value=ast.Name(id="L"), slice=ast.Constant(value=str()))):
            return f"side {axis}"
    raise UnreadableSize("it asks for more than sizes")


def _named(name: str, names: Names) -> int:
    if name not in names:
        raise UnreadableSize(f"{name} is not known")
    return names[name]
