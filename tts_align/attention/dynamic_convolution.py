"""Dynamic convolution: energies from the previous row alone, through filters of which some are made by the query."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tts_align.attention.contract import Memory, State
from tts_align.attention.scores import Score

_PRIOR_FLOOR = 1e-6


class DynamicConvolutionScore(Score):
    """e[j] = v.tanh(U f[j] + T g[j] + b) + p[j]: static filters, dynamic filters and a prior, over the previous row.

    f = F * a[i-1]; g = G(q) * a[i-1] with G(q) = V_G tanh(W_G q + b_G); p = log(P * a[i-1]), P a causal filter that
    lets weight only go on, and by no more than its length. Its taps are beta-binomial, so that it goes on by about
    alpha / (alpha + beta) * (length - 1) symbols a step. P * a is floored at 1e-6. It is made for a softmax.

    Reference:
        Battenberg et al. 2020, "Location-relative attention mechanisms for robust long-form speech synthesis", dynamic
        convolution attention; there the query is called s and the cell that makes it the attention RNN.

    Args:
        query_size: Q.
        hidden_size: A, of both hidden layers.
        n_filters: static filters, and as many dynamic ones.
        kernel_size: their width in symbols, odd.
        prior_size: taps of the prior filter.
        prior_alpha: alpha of the beta-binomial, > 0.
        prior_beta: beta of it, > 0.

    Example:
        >>> score = DynamicConvolutionScore(3, 7, 2, 5, prior_size=11, prior_alpha=0.1, prior_beta=0.9)
        >>> round((score.prior * torch.arange(11.0)).sum().item(), 4)
        1.0
    """

    begins_at_first_symbol = True
    prior: Tensor

    def __init__(
        self,
        query_size: int,
        hidden_size: int,
        n_filters: int,
        kernel_size: int,
        prior_size: int,
        prior_alpha: float,
        prior_beta: float,
    ):
        super().__init__()
        self.n_filters, self.padding = n_filters, kernel_size // 2
        self.static = nn.Conv1d(1, n_filters, kernel_size, padding=kernel_size // 2, bias=False)
        self.static_hidden = nn.Linear(n_filters, hidden_size, bias=False)  # U
        self.query = nn.Linear(query_size, hidden_size)  # W_G, b_G
        self.kernels = nn.Linear(hidden_size, n_filters * kernel_size, bias=False)  # V_G
        self.dynamic_hidden = nn.Linear(n_filters, hidden_size)  # T, b
        self.vector = nn.Linear(hidden_size, 1, bias=False)
        nn.init.xavier_uniform_(self.query.weight, gain=nn.init.calculate_gain("tanh"))
        taps = _beta_binomial(prior_size - 1, prior_alpha, prior_beta)
        self.register_buffer("prior", taps)
        self.reach = max(kernel_size // 2, prior_size - 1)

    def keys(self, values: Float[Tensor, "B N E"]) -> Float[Tensor, "B N A"]:
        """Nothing is compared."""
        return values[..., :0]

    def forward(self, query: Float[Tensor, "B Q"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Energies (B, N)."""
        previous = state.weights.unsqueeze(1)  # (B, 1, N)
        static = self.static(previous).transpose(1, 2)  # (B, N, F)
        kernels = self.kernels(torch.tanh(self.query(query))).view(-1, 1, 2 * self.padding + 1)  # (B * F, 1, K)
        rows = nn.functional.conv1d(previous.transpose(0, 1), kernels, padding=self.padding, groups=len(query))
        dynamic = rows.view(len(query), self.n_filters, -1).transpose(1, 2)  # (B, N, F)
        hidden = torch.tanh(self.static_hidden(static) + self.dynamic_hidden(dynamic))
        return self.vector(hidden).squeeze(-1) + self._log_prior(previous)

    def _log_prior(self, previous: Tensor) -> Tensor:
        past = nn.functional.pad(previous, (len(self.prior) - 1, 0))
        moved = nn.functional.conv1d(past, self.prior.flip(0).view(1, 1, -1))  # tap k takes the weight k symbols back
        return moved.squeeze(1).clamp(min=_PRIOR_FLOOR).log()


def _beta_binomial(n: int, alpha: float, beta: float) -> Tensor:
    """Probability of k = 0..n successes in n trials whose chance is itself drawn from Beta(alpha, beta)."""
    k = torch.arange(n + 1, dtype=torch.float64)
    trials = torch.tensor(float(n), dtype=torch.float64)
    choose = torch.lgamma(trials + 1) - torch.lgamma(k + 1) - torch.lgamma(trials - k + 1)
    a, b = torch.tensor(alpha, dtype=torch.float64), torch.tensor(beta, dtype=torch.float64)
    log_taps = choose + _log_beta(k + a, trials - k + b) - _log_beta(a, b)
    return log_taps.exp().float()


def _log_beta(a: Tensor, b: Tensor) -> Tensor:
    return torch.lgamma(a) + torch.lgamma(b) - torch.lgamma(a + b)
