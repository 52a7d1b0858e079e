"""The optimizers' rules as formulas, for one weight."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from vitrail.tracing.chain.step import wide
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
    Sum,
    Symbol,
    minus,
    root,
    square,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vitrail.tracing.record import UpdateTrace, VariableTrace

ONE = Number(1)


class Weight(NamedTuple):
    """One weight of a variable, as its optimizer has it."""

    update: UpdateTrace
    variable: VariableTrace
    place: tuple[int, ...]

    @property
    def w(self) -> Symbol:
        """The weight, as it is after decay."""
        value = float(self.variable.before[self.place])
        decay = self.update.settings.get("weight_decay") or 0.0
        return Symbol("w", value - value * decay * self.update.learning_rate if self.variable.decayed else value)

    @property
    def gradient(self) -> Symbol:
        """dL/dw."""
        return Symbol("dL/dw", float(self.variable.gradient[self.place]))

    @property
    def g(self) -> Symbol:
        """dL/dw, as the optimizer takes it."""
        clipped = self.clipped
        return self.gradient if clipped is None else Symbol("ghat", clipped.value)

    @property
    def clipped(self) -> Expression | None:
        """What clipping makes of dL/dw; none where nothing is clipped."""
        settings = self.update.settings
        if settings.get("clipnorm"):
            return self._shortened("clipnorm", [self.variable])
        if settings.get("global_clipnorm"):
            return self._shortened("global_clipnorm", self.update.variables)
        if settings.get("clipvalue"):
            bound = self.setting("clipvalue", "c")
            return Extreme("max", (Negative(bound), Extreme("min", (bound, self.gradient))))
        return None

    def _shortened(self, name: str, variables: Sequence[VariableTrace]) -> Expression:
        """The gradient times c / max(c, norm), the norm being that of some variables' gradients together."""
        bound = self.setting(name, "c")
        norm = math.sqrt(math.fsum(float((wide(each.gradient) ** 2).sum()) for each in variables))
        return Product((self.gradient, Quotient(bound, Extreme("max", (bound, Symbol("norm", norm))))))

    @property
    def eta(self) -> Symbol:
        """The learning rate."""
        return Symbol("eta", self.update.learning_rate)

    @property
    def t(self) -> Symbol:
        """The number of the step, from 1 on."""
        return Symbol("t", float(self.update.iteration + 1))

    def setting(self, name: str, symbol: str) -> Symbol:
        """A number that the optimizer was given."""
        return Symbol(symbol, float(self.update.settings[name]))

    def slot(self, name: str, symbol: str) -> tuple[Symbol, Symbol]:
        """A slot before and after."""
        before, after = self.variable.slots_before[name], self.variable.slots_after[name]
        return Symbol(symbol, float(before[self.place])), Symbol(f"{symbol}plus", float(after[self.place]))


def equations(weight: Weight) -> tuple[Equation, ...]:
    """What the optimizer does to one weight: its slots, then the weight."""
    after = Symbol("wplus", float(weight.variable.after[weight.place]))
    cut = any(each.chosen is not None for each in weight.update.variables)
    by_norm = any(weight.update.settings.get(name) for name in ("clipnorm", "global_clipnorm"))
    without = weight.update.opaque or weight.variable.constraint is not None or (cut and by_norm)
    rule = None if without else _RULES.get(weight.update.optimizer)
    if rule is None:
        return (Equation("update", after, None),)
    slots, right = rule(weight)
    clipped = weight.clipped
    before = () if clipped is None else (Equation("clipped", weight.g, clipped),)
    return (*before, *slots, Equation("update", after, right))


def _mean(kept: Symbol, new: Expression, rate: Symbol) -> Sum:
    """Rate kept + (1 - rate) new."""
    return Sum((Product((rate, kept)), Product((minus(ONE, rate), new))))


def _sgd(weight: Weight) -> tuple[tuple[Equation, ...], Expression]:
    step = Product((weight.eta, weight.g))
    if not weight.update.settings["momentum"]:
        return (), minus(weight.w, step)
    (before, after), beta = weight.slot("momentums", "m"), weight.setting("momentum", "beta")
    slots = (Equation("slot", after, minus(Product((beta, before)), step)),)
    if weight.update.settings["nesterov"]:
        return slots, Sum((weight.w, Product((beta, after)), Negative(step)))
    return slots, Sum((weight.w, after))


def _rmsprop(weight: Weight) -> tuple[tuple[Equation, ...], Expression]:
    (before, after), rho = weight.slot("velocities", "v"), weight.setting("rho", "rho")
    slots, spread = [Equation("slot", after, _mean(before, square(weight.g), rho))], (after,)
    if weight.update.settings["centered"]:
        mean, mean_after = weight.slot("average_gradients", "gbar")
        slots.append(Equation("slot", mean_after, _mean(mean, weight.g, rho)))
        spread = (after, Negative(square(mean_after)))
    below = root(Sum((*spread, weight.setting("epsilon", "epsilon"))))
    step: Expression = Quotient(Product((weight.eta, weight.g)), below)
    if weight.update.settings["momentum"]:
        moved, step_after = weight.slot("momentums", "m")
        slots.append(Equation("slot", step_after, Sum((Product((weight.setting("momentum", "beta"), moved)), step))))
        step = step_after
    return tuple(slots), minus(weight.w, step)


def _adagrad(weight: Weight) -> tuple[tuple[Equation, ...], Expression]:
    before, after = weight.slot("accumulators", "s")
    below = root(Sum((after, weight.setting("epsilon", "epsilon"))))
    slots = (Equation("slot", after, Sum((before, square(weight.g)))),)
    return slots, minus(weight.w, Quotient(Product((weight.eta, weight.g)), below))


def _adadelta(weight: Weight) -> tuple[tuple[Equation, ...], Expression]:
    rho, epsilon = weight.setting("rho", "rho"), weight.setting("epsilon", "epsilon")
    (squares, squares_after), (steps, steps_after) = (
        weight.slot("accumulated_grads", "s"),
        weight.slot("accumulated_delta_vars", "q"),
    )
    right = Product((Negative(Quotient(root(Sum((steps, epsilon))), root(Sum((squares_after, epsilon))))), weight.g))
    step = Symbol("step", right.value)
    slots = (
        Equation("slot", squares_after, _mean(squares, square(weight.g), rho)),
        Equation("step", step, right),
        Equation("slot", steps_after, _mean(steps, square(step), rho)),
    )
    return slots, Sum((weight.w, Product((weight.eta, step))))


def _adam(weight: Weight) -> tuple[tuple[Equation, ...], Expression]:
    one, two = weight.setting("beta_1", "beta1"), weight.setting("beta_2", "beta2")
    (m, m_after), (v, v_after) = weight.slot("momentums", "m"), weight.slot("velocities", "v")
    slots = (
        Equation("slot", m_after, _mean(m, weight.g, one)),
        Equation("slot", v_after, _mean(v, square(weight.g), two)),
    )
    if weight.update.settings["amsgrad"]:
        largest, largest_after = weight.slot("velocity_hats", "vhat")
        slots = (*slots, Equation("slot", largest_after, Extreme("max", (largest, v_after))))
        v_after = largest_after
    correction = Quotient(root(minus(ONE, Power(two, weight.t))), minus(ONE, Power(one, weight.t)))
    step = Quotient(m_after, Sum((root(v_after), weight.setting("epsilon", "epsilon"))))
    return slots, minus(weight.w, Product((weight.eta, correction, step)))


def _adamax(weight: Weight) -> tuple[tuple[Equation, ...], Expression]:
    one, two = weight.setting("beta_1", "beta1"), weight.setting("beta_2", "beta2")
    (m, m_after), (u, u_after) = weight.slot("m", "m"), weight.slot("u", "u")
    size = Call("abs", weight.g, abs(weight.g.value))
    larger = Extreme("max", (Product((two, u)), size))
    slots = (Equation("slot", m_after, _mean(m, weight.g, one)), Equation("slot", u_after, larger))
    below = Product((minus(ONE, Power(one, weight.t)), Sum((u_after, weight.setting("epsilon", "epsilon")))))
    return slots, minus(weight.w, Quotient(Product((weight.eta, m_after)), below))


def _lion(weight: Weight) -> tuple[tuple[Equation, ...], Expression]:
    one, two = weight.setting("beta_1", "beta1"), weight.setting("beta_2", "beta2")
    m, m_after = weight.slot("momentums", "m")
    mixed = _mean(m, weight.g, one)
    sign = Call("sign", mixed, float((mixed.value > 0) - (mixed.value < 0)))
    return (Equation("slot", m_after, _mean(m, weight.g, two)),), minus(weight.w, Product((weight.eta, sign)))


def _nadam(weight: Weight) -> tuple[tuple[Equation, ...], Expression]:
    one, two = weight.setting("beta_1", "beta1"), weight.setting("beta_2", "beta2")
    (m, m_after), (v, v_after) = weight.slot("momentums", "m"), weight.slot("velocities", "v")
    t, beta = weight.update.iteration + 1, one.value
    now, then = (beta * (1 - 0.5 * 0.96**step) for step in (t, t + 1))
    product = weight.update.shared_after["u_product"]
    mu = [Symbol("mu", now, "t"), Symbol("mu", then, "t+1")]
    products = [Symbol("P", product, "t"), Symbol("P", product * then, "t+1")]
    ahead = Sum(
        (
            Quotient(Product((mu[1], m_after)), minus(ONE, products[1])),
            Quotient(Product((minus(ONE, mu[0]), weight.g)), minus(ONE, products[0])),
        )
    )
    spread = root(Quotient(v_after, minus(ONE, Power(two, weight.t))))
    slots = (
        Equation("slot", m_after, _mean(m, weight.g, one)),
        Equation("slot", v_after, _mean(v, square(weight.g), two)),
    )
    step = Quotient(Product((weight.eta, ahead)), Sum((spread, weight.setting("epsilon", "epsilon"))))
    return slots, minus(weight.w, step)


def _ftrl(weight: Weight) -> tuple[tuple[Equation, ...], Expression]:
    settings = weight.update.settings
    power = Symbol("p", -float(settings["learning_rate_power"]))
    one, two = (weight.setting(f"{name}_regularization_strength", f"lambda{name[1]}") for name in ("l1", "l2"))
    (n, n_after), (q, q_after) = weight.slot("accumulators", "n"), weight.slot("linears", "q")
    slots = [Equation("slot", n_after, Sum((n, square(weight.g))))]
    g: Expression = weight.g
    if settings["l2_shrinkage_regularization_strength"]:
        shrink = weight.setting("l2_shrinkage_regularization_strength", "lambda3")
        right = Sum((weight.g, Product((Number(2), shrink, weight.w))))
        g = Symbol("gtilde", right.value)
        slots.insert(0, Equation("shrunk", g, right))
    pulled = Product((Quotient(minus(Power(n_after, power), Power(n, power)), weight.eta), weight.w))
    slots.append(Equation("slot", q_after, Sum((q, g, Negative(pulled)))))
    bounded = Extreme("max", (Negative(one), Extreme("min", (one, q_after))))
    stiff: tuple[Expression, ...] = (Quotient(Power(n_after, power), weight.eta), Product((Number(2), two)))
    if settings["beta"]:
        stiff = (*stiff, Quotient(weight.setting("beta", "beta"), weight.eta))
    return tuple(slots), Quotient(minus(bounded, q_after), Sum(stiff))


_RULES: Mapping[str, Callable[[Weight], tuple[tuple[Equation, ...], Expression]]] = {
    "SGD": _sgd,
    "RMSprop": _rmsprop,
    "Adagrad": _adagrad,
    "Adadelta": _adadelta,
    "Adam": _adam,
    "AdamW": _adam,
    "Adamax": _adamax,
    "Nadam": _nadam,
    "Lion": _lion,
    "Ftrl": _ftrl,
}
