"""Reading a sample back, independently of the product's own reader: the text inside a box as displayed."""

import pypdfium2 as pdfium

from hmrc_pipeline.simulators.samples import Sample


def words_in_boxes(sample: Sample) -> list[tuple[str, str, str]]:
    """(field, text the sample claims, text that stands in the box) for every box."""
    document = pdfium.PdfDocument(sample.content, password=sample.password)
    pages = [(page, page.get_size(), page.get_rotation(), page.get_textpage()) for page in document]
    found = []
    for field, places in sample.boxes.items():
        for place in places:
            x0, top, x1, bottom = place["box"]
            _, (width, height), rotation, words = pages[place["page"] - 1]
            assert 0 <= x0 < x1 <= width
            assert 0 <= top < bottom <= height
            if rotation == 90:
                left, right, low, high = top, bottom, x0, x1
            else:
                left, right, low, high = x0, x1, height - bottom, height - top
            text = words.get_text_bounded(left - 0.5, low - 0.5, right + 0.5, high + 0.5)
            found.append((field, place["text"], " ".join(text.split())))
    return found


def text_of(sample: Sample) -> str:
    """All the text of a sample."""
    document = pdfium.PdfDocument(sample.content, password=sample.password)
    return "\n".join(page.get_textpage().get_text_range() for page in document)
