"""How every page looks: one palette, one stack of fonts that are already on the reader's device."""

from pathlib import Path

import gradio as gr
from fastapi import FastAPI, Response
from starlette.responses import FileResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"
STATIC_PATH = "/askdesk"

_FONTS = (
    "system-ui, Segoe UI, Roboto, Noto Sans, Helvetica Neue, Arial, Noto Sans Arabic, Geeza Pro,"
    " Noto Naskh Arabic, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Noto Sans SC, sans-serif"
)
_MONOSPACE = "ui-monospace, SF Mono, Cascadia Mono, DejaVu Sans Mono, monospace"

# Gradio's names for a colour -> ours in theme.css, which knows light and dark.
_COLOURS = {
    "body_background_fill": "ground",
    "body_text_color": "ink",
    "body_text_color_subdued": "muted",
    "background_fill_primary": "surface",
    "background_fill_secondary": "ground",
    "border_color_primary": "line",
    "border_color_accent": "accent",
    "color_accent_soft": "accent-soft",
    "link_text_color": "accent",
    "link_text_color_hover": "accent-strong",
    "link_text_color_active": "accent-strong",
    "link_text_color_visited": "accent",
    "code_background_fill": "raised",
    "block_background_fill": "surface",
    "block_border_color": "line",
    "block_label_text_color": "muted",
    "block_label_background_fill": "surface",
    "block_title_text_color": "ink",
    "block_info_text_color": "muted",
    "input_background_fill": "surface",
    "input_background_fill_focus": "surface",
    "input_border_color": "edge",
    "input_border_color_focus": "accent",
    "input_placeholder_color": "muted",
    "table_even_background_fill": "surface",
    "table_odd_background_fill": "ground",
    "table_border_color": "line",
    "button_primary_background_fill": "accent",
    "button_primary_background_fill_hover": "accent-strong",
    "button_primary_border_color": "accent",
    "button_primary_text_color": "on-accent",
    "button_primary_text_color_hover": "on-accent",
    "button_secondary_background_fill": "surface",
    "button_secondary_background_fill_hover": "raised",
    "button_secondary_border_color": "edge",
    "button_secondary_text_color": "ink",
    "button_secondary_text_color_hover": "ink",
    "checkbox_background_color": "surface",
    "checkbox_background_color_selected": "accent",
    "checkbox_border_color": "edge",
    "error_background_fill": "bad-soft",
    "error_text_color": "bad",
    "error_border_color": "bad",
}


def gradio_theme() -> gr.themes.Base:
    """Gradio's own components in our colours; nothing is loaded from elsewhere."""
    theme = gr.themes.Base(
        font=[_Family(name) for name in _FONTS.split(", ")],
        font_mono=[_Family(name) for name in _MONOSPACE.split(", ")],
        radius_size="md",
        spacing_size="md",
        text_size="md",
    )
    colours = {name + shade: f"var(--{ours})" for name, ours in _COLOURS.items() for shade in ("", "_dark")}
    return theme.set(**colours, button_primary_shadow="none", block_shadow="none", input_shadow="none")


def serve(app: FastAPI) -> None:
    """Serves the pages' own styles and scripts, and their icon."""
    app.mount(STATIC_PATH, _Fresh(directory=STATIC))
    app.add_route("/favicon.ico", lambda _: FileResponse(STATIC / "icon.svg", media_type="image/svg+xml"))


def head(page: str) -> str:
    """The `head` of a page: theme.css, and `<page>.css` and `<page>.js` where they exist."""
    styles = [name for name in ("theme.css", f"{page}.css") if (STATIC / name).exists()]
    links = [f'<link rel="stylesheet" href="{STATIC_PATH}/{name}">' for name in styles]
    if (STATIC / f"{page}.js").exists():
        links.append(f'<script type="module" src="{STATIC_PATH}/{page}.js"></script>')
    return "\n".join(links)


class _Family(gr.themes.Font):
    """A font by its bare name, so that generic families such as `system-ui` are not quoted away."""

    def __str__(self) -> str:
        return self.name if self.name.islower() else f"'{self.name}'"


class _Fresh(StaticFiles):
    """Files that a browser keeps but asks about, so that an update shows at once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response
