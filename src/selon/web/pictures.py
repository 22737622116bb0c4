"""Small pictures, drawn here as SVG; whatever they show is said in words beside them."""

from collections.abc import Sequence

from markupsafe import Markup, escape


def bar(parts: Sequence[tuple[str, str, float]], *, width: int = 320, height: int = 14) -> Markup:
    """A bar of parts (class, name, share in [0, 1])."""
    drawn, x = [], 0.0
    for name, label, share in parts:
        wide = share * width
        title = f"{label}: {round(100 * share)} %"
        drawn.append(
            f'<rect class="part {escape(name)}" x="{x:.1f}" y="0" width="{max(wide - 1, 0.5):.1f}" height="{height}">'
            f"<title>{escape(title)}</title></rect>"
        )
        x += wide
    return Markup(
        f'<svg class="bar" viewBox="0 0 {width} {height}" preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false">{"".join(drawn)}</svg>'
    )
