"""Draws the short films in custom_components/netrex/recordings/notices: what a player shows instead of a recording.

    .venv/bin/python scripts/draw_notices.py

Only a film can say something to somebody whose player is already open. Run it after a change of the texts.
"""

import json
from pathlib import Path
from typing import Final

import av
from av.video.frame import VideoFrame
from PIL import Image, ImageDraw, ImageFont

NETREX = Path(__file__).resolve().parent.parent / "custom_components" / "netrex"
NOTICES = NETREX / "recordings" / "notices"
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"

#: How each language says which camera it is, and what stands there where no camera is named.
CAMERAS: Final = {"en": ("{camera}", "This camera"), "cs": ("Kamera {camera}", "Tato kamera")}
SIZE = (1280, 720)
LETTER = 44
MARGIN = 120
SECONDS = 20
PER_SECOND = 5


def text_of(language: str) -> str:
    """Return the text of a film, which is that of the error."""
    translations = json.loads((NETREX / "translations" / f"{language}.json").read_text(encoding="utf-8"))
    named, unnamed = CAMERAS[language]
    text: str = translations["exceptions"]["recording_in_h265"]["message"]
    return text.replace(named, unnamed)


def _picture(text: str) -> Image.Image:
    picture = Image.new("RGB", SIZE, (28, 28, 28))
    draw, font = ImageDraw.Draw(picture), ImageFont.truetype(FONT, LETTER)
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if draw.textlength(longer, font) <= SIZE[0] - 2 * MARGIN:
            lines[-1] = longer
        else:
            lines.append(word)
    draw.multiline_text((SIZE[0] / 2, SIZE[1] / 2), "\n".join(lines), "white", font, "mm", LETTER / 2, "center")
    return picture


def _film(path: Path, text: str) -> None:
    # The index first, as in all that plays before it is there as a whole.
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as film:
        film.metadata["title"] = text
        stream = film.add_stream("libx264", PER_SECOND, {"profile": "main", "tune": "stillimage", "threads": "1"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        frame = VideoFrame.from_image(_picture(text))
        for number in range(SECONDS * PER_SECOND):
            frame.pts = number
            film.mux(stream.encode(frame))
        film.mux(stream.encode())


def main() -> None:
    """Draw them all."""
    NOTICES.mkdir(exist_ok=True)
    for language in CAMERAS:
        _film(NOTICES / f"recording_in_h265.{language}.mp4", text_of(language))


if __name__ == "__main__":
    main()
