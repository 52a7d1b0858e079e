"""Formulas as Unicode text, LaTeX, MathML and plain data, in symbols or with numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args
from xml.sax.saxutils import escape

from vitrail.locale import decimal, text
from vitrail.tracing.explaining.expression import (
    Call,
    Equation,
    Expression,
    Extreme,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Series,
    Sum,
    Symbol,
)

if TYPE_CHECKING:
    from vitrail.types import Language

Form = Literal["text", "latex", "mathml"]
FORMS: tuple[Form, ...] = get_args(Form)

_SUPER = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SUB = str.maketrans("0123456789ijknt", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙₜ")
_GREEK = {
    "delta": "δ", "eta": "η", "beta": "β", "beta1": "β₁", "beta2": "β₂", "rho": "ρ", "epsilon": "ε", "alpha": "α",
    "lambda": "λ", "mu": "μ", "gamma": "γ", "sigma2": "σ²", "xhat": "x̂", "yhat": "ŷ", "wplus": "w⁺", "mplus": "m⁺",
    "vplus": "v⁺", "uplus": "u⁺", "splus": "s⁺", "qplus": "q⁺", "nplus": "n⁺", "step": "Δw", "ell": "ℓ",
    "ghat": "ĝ", "gtilde": "g̃", "norm": "‖g‖", "vhat": "v̂", "vhatplus": "v̂⁺", "gbar": "ḡ", "gbarplus": "ḡ⁺",
    "lambda1": "λ₁", "lambda2": "λ₂", "lambda3": "λ₃",
}  # fmt: skip
_LATEX = {
    "delta": r"\delta", "eta": r"\eta", "beta": r"\beta", "beta1": r"\beta_1", "beta2": r"\beta_2", "rho": r"\rho",
    "epsilon": r"\varepsilon", "alpha": r"\alpha", "lambda": r"\lambda", "mu": r"\mu", "gamma": r"\gamma",
    "sigma2": r"\sigma^2", "xhat": r"\hat x", "yhat": r"\hat y", "wplus": "w^+", "mplus": "m^+", "vplus": "v^+",
    "uplus": "u^+", "splus": "s^+", "qplus": "q^+", "nplus": "n^+", "step": r"\Delta w", "ell": r"\ell",
    "ghat": r"\hat g", "gtilde": r"\tilde g", "norm": r"\lVert g\rVert", "vhat": r"\hat v", "vhatplus": r"\hat v^+",
    "gbar": r"\bar g", "gbarplus": r"\bar g^+", "lambda1": r"\lambda_1", "lambda2": r"\lambda_2",
    "lambda3": r"\lambda_3",
}  # fmt: skip
_SUM, _PRODUCT, _POWER, _ATOM = range(4)
"""How tightly each kind of expression binds."""


@dataclass(frozen=True)
class Renderer:
    """Writes expressions in one form and one language.

    Attributes:
        form: of the result.
        language: of the decimal mark.
        numbers: with numbers, rather than in symbols.
        digits: significant digits of numbers.
    """

    form: Form
    language: Language
    numbers: bool = False
    digits: int = 6

    def write(self, expression: Expression) -> str:
        """One expression."""
        match expression:
            case Number(value):
                return self.number(value)
            case Symbol():
                shown = self.numbers and expression.name != "e"
                return self.number(expression.value) if shown else self.symbol(expression)
            case Sum(terms):
                return self._sum(terms)
            case Negative(of):
                return self._join(self._sign("−"), self._bound(of, _PRODUCT))
            case Product(factors):
                return self._product(factors)
            case Quotient(top, bottom):
                return self._quotient(top, bottom)
            case Power(base, exponent):
                return self._power(base, exponent)
            case Call() | Extreme():
                return self._call(expression)
            case Series():
                return self._series(expression)

    def symbol(self, symbol: Symbol) -> str:
        """A name with its index; `dL/dw` is a derivative."""
        if symbol.name.startswith("dL/d"):
            below = Symbol(symbol.name.removeprefix("dL/d"), 0, symbol.lower)
            return self._derivative(self.symbol(below))
        lower = symbol.lower
        if self.form == "latex":
            name = _LATEX.get(symbol.name, symbol.name)
            return f"{{{name}}}_{{{lower}}}" if lower else name
        name = _GREEK.get(symbol.name, symbol.name)
        if self.form == "mathml":
            return f"<msub><mi>{name}</mi><mrow>{_index(lower)}</mrow></msub>" if lower else f"<mi>{name}</mi>"
        plain = all(character in "0123456789ijknt" for character in lower)
        return name + (lower.translate(_SUB) if plain else f"[{lower}]") if lower else name

    def number(self, value: float) -> str:
        """A number as the language writes it, a power of ten as such."""
        mantissa, _, exponent = f"{value:.{self.digits}g}".partition("e")
        mantissa, power = mantissa.replace("-", "−"), int(exponent or 0)
        if self.form == "latex":
            shown = decimal(mantissa.replace("−", "-"), self.language).replace(",", "{,}")
            return rf"{shown} \cdot 10^{{{power}}}" if power else shown
        shown = decimal(mantissa, self.language)
        if self.form == "mathml":
            return self._mathml_number(shown, power)
        return f"{shown}·10{str(power).translate(_SUPER)}" if power else shown

    @staticmethod
    def _mathml_number(shown: str, power: int) -> str:
        sign = "<mo>−</mo>" if shown.startswith("−") else ""
        number = f"{sign}<mn>{shown.removeprefix('−')}</mn>"
        if not power:
            return f"<mrow>{number}</mrow>" if sign else number
        mark = f"<mo>−</mo><mn>{-power}</mn>" if power < 0 else f"<mn>{power}</mn>"
        return f"<mrow>{number}<mo>·</mo><msup><mn>10</mn><mrow>{mark}</mrow></msup></mrow>"

    def equation(self, equation: Equation) -> str:
        """Left side = symbols = numbers = value."""
        left, *sides = self._sides(equation)
        value = self._with(numbers=True).number(equation.value)
        written = [left, *dict.fromkeys(sides)]
        return self._equal(written if written[-1] == value else [*written, value])

    def rows(self, equation: Equation) -> tuple[str, str]:
        """Left side = symbols, and the numbers alone; the value is left to whoever shows them one below the other.

        As MathML the numbers are one element for each addend, since a line breaks between elements only.
        """
        left, *sides = self._sides(equation)
        if equation.right is None or len(set(sides)) == 1:
            return self._equal([left, *sides[:1]]), ""
        addends = self._with(numbers=True).addends(equation.right)
        together = "".join(self._equal([each]) for each in addends) if self.form == "mathml" else sides[1]
        return self._equal([left, sides[0]]), together

    def addends(self, expression: Expression) -> list[str]:
        """An expression with its numbers, cut before the signs of its sums."""
        match expression:
            case Series(shown=(first, *others)):
                found = [self.write(first), *(self._added("+", each) for each in others)]
                rest = [self._join(self._sign("+", spaced=True), self._rest(expression))]
                return found + rest if expression.rest_count else found
            case Sum(terms=(first, *others)):
                found = self.addends(first)
                for term in others:
                    match term:
                        case Series():
                            head, *tail = self.addends(term)
                            found += [self._join(self._sign("+", spaced=True), head), *tail]
                        case Negative(of):
                            found.append(self._added("−", of))
                        case _:
                            found.append(self._added("+", term))
                return found
            case _:
                return [self.write(expression)]

    def _added(self, sign: str, term: Expression) -> str:
        return self._join(self._sign(sign, spaced=True), self._bound(term, _PRODUCT))

    def _sides(self, equation: Equation) -> list[str]:
        """The left side, and the right side in symbols and with numbers where there is one."""
        left = self._with(numbers=False).symbol(equation.left)
        if equation.right is None:
            return [left]
        return [left, *(self._with(numbers=numbers).write(equation.right) for numbers in (False, True))]

    def _equal(self, parts: list[str]) -> str:
        if self.form == "mathml":
            return f'<math xmlns="http://www.w3.org/1998/Math/MathML">{"<mo>=</mo>".join(map(_row, parts))}</math>'
        return " = ".join(parts)

    def _with(self, *, numbers: bool) -> Renderer:
        return Renderer(self.form, self.language, numbers, self.digits)

    def _join(self, *parts: str) -> str:
        return f"<mrow>{''.join(parts)}</mrow>" if self.form == "mathml" else "".join(parts)

    def _sign(self, sign: str, *, spaced: bool = False) -> str:
        if self.form == "mathml":
            return f"<mo>{sign}</mo>"
        sign = sign.replace("−", "-").replace("·", r"\cdot") if self.form == "latex" else sign
        return f" {sign} " if spaced else sign

    def _parentheses(self, inside: str) -> str:
        match self.form:
            case "latex":
                return rf"\left({inside}\right)"
            case "mathml":
                return f"<mrow><mo>(</mo>{inside}<mo>)</mo></mrow>"
            case "text":
                return f"({inside})"

    def _binds(self, expression: Expression) -> int:
        if isinstance(expression, Series) and self.numbers and len(expression.shown) == 1 and not expression.rest_count:
            return self._binds(expression.shown[0])
        if isinstance(expression, Sum | Series | Negative):
            return _SUM
        if isinstance(expression, Product):
            return _PRODUCT
        if isinstance(expression, Quotient):
            return _PRODUCT if self.form == "text" else _POWER
        derivative = isinstance(expression, Symbol) and expression.name.startswith("dL/d") and not self.numbers
        if isinstance(expression, Power) or derivative:
            return _POWER
        shown = isinstance(expression, Number) or (isinstance(expression, Symbol) and self.numbers)
        if shown and expression.value < 0:
            return _SUM
        return _PRODUCT if shown and "e" in f"{expression.value:.{self.digits}g}" else _ATOM

    def _bound(self, expression: Expression, tightly: int) -> str:
        """An expression, in parentheses unless it binds at least so tightly."""
        written = self.write(expression)
        return written if self._binds(expression) >= tightly else self._parentheses(written)

    def _sum(self, terms: tuple[Expression, ...]) -> str:
        parts: list[str] = []
        for place, term in enumerate(terms):
            negative, what = (True, term.of) if isinstance(term, Negative) else (False, term)
            if place:
                parts.append(self._sign("−" if negative else "+", spaced=True))
            elif negative:
                parts.append(self._sign("−"))
            alone = not negative and (place == 0 or isinstance(what, Series))
            parts.append(self.write(what) if alone else self._bound(what, _PRODUCT))
        return self._join(*parts)

    def _product(self, factors: tuple[Expression, ...]) -> str:
        written: list[str] = []
        for place, factor in enumerate(factors):
            if place:
                written.append(self._sign("·", spaced=True))
            last_series = isinstance(factor, Series) and not self.numbers and place == len(factors) - 1
            written.append(self.write(factor) if last_series else self._bound(factor, _POWER if place else _PRODUCT))
        return self._join(*written)

    def _quotient(self, top: Expression, bottom: Expression) -> str:
        match self.form:
            case "latex":
                return rf"\frac{{{self.write(top)}}}{{{self.write(bottom)}}}"
            case "mathml":
                return f"<mfrac>{_row(self.write(top))}{_row(self.write(bottom))}</mfrac>"
            case "text":
                return f"{self._bound(top, _POWER)} / {self._bound(bottom, _POWER)}"

    def _power(self, base: Expression, exponent: Expression) -> str:
        below, above = self._bound(base, _ATOM), self.write(exponent)
        match self.form:
            case "latex":
                return f"{{{below}}}^{{{above}}}"
            case "mathml":
                return f"<msup>{_row(below)}{_row(above)}</msup>"
            case "text":
                simple = all(character in "0123456789−-" for character in above)
                return below + (
                    above.replace("−", "-").translate(_SUPER) if simple else f"^{self._bound(exponent, _ATOM)}"
                )

    def _call(self, call: Call | Extreme) -> str:
        if isinstance(call, Extreme):
            return self._applied(call.which, self._listed([self.write(each) for each in call.of]))
        inside = self.write(call.argument)
        match self.form, call.function:
            case "latex", "sqrt":
                return rf"\sqrt{{{inside}}}"
            case "mathml", "sqrt":
                return f"<msqrt>{inside}</msqrt>"
            case _, "abs":
                return self._join(self._sign("|"), inside, self._sign("|"))
            case _, "step":
                return self._join(
                    self._sign("["), inside, self._sign(">", spaced=True), self.number(0), self._sign("]")
                )
            case _, "max0":
                return self._applied("max", self._listed([self.number(0), inside]))
            case _, "sqrt":
                return f"√{self._bound(call.argument, _ATOM)}"
            case _:
                return self._applied(call.function, inside)

    def _listed(self, arguments: list[str]) -> str:
        """Arguments of a function; a comma would be read as a decimal mark."""
        separator = self._sign(" ;" if self.form == "text" else ";") + ("" if self.form == "mathml" else " ")
        return self._join(separator.join(arguments))

    def _applied(self, function: str, inside: str) -> str:
        match self.form:
            case "latex":
                known = {"exp", "log", "max", "min", "tanh"}
                escaped = function.replace("_", r"\_")
                name = rf"\{function}" if function in known else rf"\operatorname{{{escaped}}}"
            case "mathml":
                name = f"<mi>{escape(function)}</mi><mo>&#x2061;</mo>"
            case "text":
                name = function.replace("'", "′")
        return self._join(name, self._parentheses(inside))

    def _series(self, series: Series) -> str:
        if not self.numbers:
            body = self._bound(series.body, _PRODUCT)
            match self.form:
                case "latex":
                    return rf"\sum_{{{series.index}}} {body}"
                case "mathml":
                    return f"<mrow><munder><mo>∑</mo><mi>{series.index}</mi></munder>{body}</mrow>"
                case "text":
                    return f"Σ{series.index.translate(_SUB)} {body}"
        terms = self._sum(series.shown) if series.shown else self.number(0.0)
        if not series.rest_count:
            return terms
        return self._join(terms, self._sign("+", spaced=True), self._rest(series))

    def _rest(self, series: Series) -> str:
        """The terms of a long sum that are not written, as one number and in words."""
        rest, words = self.number(series.rest), text("trace.explain.rest", self.language, count=series.rest_count)
        match self.form:
            case "latex":
                return rf"\underbrace{{{rest}}}_{{\text{{{words}}}}}"
            case "mathml":
                return f"<munder><mrow>{rest}</mrow><mtext>{escape(words)}</mtext></munder>"
            case "text":
                colon = "\u00a0:" if self.language == "fr" else ":"
                return f"[{words}{colon} {rest}]"

    def _derivative(self, below: str) -> str:
        match self.form:
            case "latex":
                return rf"\frac{{\partial L}}{{\partial {below}}}"
            case "mathml":
                return f"<mfrac><mrow><mo>∂</mo><mi>L</mi></mrow><mrow><mo>∂</mo>{below}</mrow></mfrac>"
            case "text":
                return f"∂L/∂{below}"


def _row(inside: str) -> str:
    return f"<mrow>{inside}</mrow>"


def _index(lower: str) -> str:
    return f"<mn>{escape(lower)}</mn>" if lower.isdigit() else f"<mi>{escape(lower)}</mi>"


def as_data(expression: Expression | None) -> Any:  # noqa: ANN401 - nested plain values
    """An expression as nested dictionaries, for whoever draws formulas in another way."""
    if expression is None or isinstance(expression, int | float | str):
        return expression
    if isinstance(expression, tuple):
        return [as_data(each) for each in expression]
    fields = {name: as_data(value) for name, value in vars(expression).items()}
    return {"kind": type(expression).__name__.lower(), **fields, "value": expression.value}
