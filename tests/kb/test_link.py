from pathlib import Path

import pytest

from kb.library import read
from kb.link import Link, links

BODY = "## Gifts & more\n\nText.\n"


def faults(folder: Path, text: str, path: str = "en/a.md", front: str = "") -> list[str]:
    """What is said of the links in an article among others; its text begins in line 4."""
    files = {
        "en/returns.md": f"---\ntitle: R\n---\n{BODY}",
        "da/vilkår.md": f"---\ntitle: V\n---\n{BODY}",
        "en/limits.md": f"---\ntitle: L\naudience: agents\n---\n{BODY}",
        "en/bikes/index.md": f"---\ntitle: B\n---\n{BODY}",
        "en/old-d-and-many-years.md": f"---\ntitle: D\n---\n{BODY}",
        "en/old.md": f"---\ntitle: O\nexpires: 2020-01-01\n---\n{BODY}",
        path: f"---\ntitle: A{front}\n---\n{text}\n",
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return [str(problem) for problem in read(folder).problems if "old.md: expired" not in str(problem)]


def test_links_are_found_with_their_lines_where_they_are_no_code() -> None:
    text = "[a](a.md)\nand ![b](b.png)\n\n| h |\n|---|\n| [c][1] |\n\n`[d](d.md)`\n\n[1]: c.md\n"
    assert links(text) == (Link("a.md", 0, False), Link("b.png", 1, True), Link("c.md", 5, False))


@pytest.mark.parametrize(
    "link",
    [
        "returns.md",
        "returns",
        "returns.md#gifts--more",
        "../da/vilkår.md",
        "../da/vilk%C3%A5r.md#gifts--more",
        "bikes/index.md",
        "bikes",
        "returns.md?x=1#gifts--more",
        "#here",
        "/articles/en/returns#gifts--more",
        "/elsewhere",
        "https://a.example/gone.md",
        "mailto:a@b.example",
        "tel:+4512345678",
    ],
)
def test_a_link_that_leads_somewhere_is_no_problem(tmp_path: Path, link: str) -> None:
    assert faults(tmp_path, f"## Here\n\n[x]({link})") == []


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[x](retuns.md)", 'the link "retuns.md" leads nowhere: is returns.md meant?'),
        ("[x](retuns.md?x=1)", 'the link "retuns.md?x=1" leads nowhere: is returns.md meant?'),
        ("[x](bike.md)", 'the link "bike.md" leads nowhere: is bikes/index.md meant?'),
        ("[x](limit.md)", 'the link "limit.md" leads nowhere: is limits.md meant?'),
        ("[x](old-d.md)", 'the link "old-d.md" leads nowhere: is old-d-and-many-years.md meant?'),
        ("[x](vilkår.md)", 'the link "vilkår.md" leads nowhere: is ../da/vilkår.md meant?'),
        (
            "[x](zebra.md)",
            'the link "zebra.md" leads nowhere, there is no en/zebra.md: '
            "name the file of an article, such as returns.md, or take the link out",
        ),
        (
            "[x](old.md)",
            'the link "old.md" is to en/old.md, which is not served: mend that file, or take the link out',
        ),
        (
            "[x](limits.md)",
            'the link "limits.md" is to an article for agents, which customers can\'t open: take it out',
        ),
        (
            "[x](returns.md#Gifts-more)",
            'the link "returns.md#Gifts-more" is to a place that en/returns.md does not have: '
            "is #gifts--more meant?",
        ),
        (
            "[x](#zebra)",
            'the link "#zebra" is to a place that en/a.md does not have: '
            "its places are none, as it has no headings",
        ),
        ("[x](/articles/en/retuns)", 'the link "/articles/en/retuns" leads nowhere: is returns.md meant?'),
        ("[x](www.shop.example)", 'the link "www.shop.example" is taken for a file: begin it with https://'),
        (
            "[x](ftp://a.example)",
            'the link "ftp://a.example" is none that a browser follows here: '
            "expected https:, mailto: or tel:",
        ),
        (
            "![x](box.png)",
            'the image "box.png" is not shown: say in words what it shows, '
            "or give the address of a picture on this site, such as /box.png",
        ),
    ],
)
def test_a_dead_link_is_told_with_its_place_and_a_remedy(tmp_path: Path, written: str, told: str) -> None:
    assert faults(tmp_path, f"Text.\n\nMore\n{written}") == [f"en/a.md:7: {told}"]


def test_an_article_for_agents_may_lead_to_another(tmp_path: Path) -> None:
    assert faults(tmp_path, "[x](limits.md)", front="\naudience: agents") == []


def test_what_leads_above_the_folder_or_to_no_file_s_name_leads_nowhere(tmp_path: Path) -> None:
    long = "x" * 300
    text = f"[x](../../../../etc/passwd) [y](a%00b.md) [z]({long}.md)"
    assert [told.split(" leads nowhere")[0] for told in faults(tmp_path, text)] == [
        'en/a.md:4: the link "../../../../etc/passwd"',
        'en/a.md:4: the link "a\0b.md"',
        f'en/a.md:4: the link "{long[:80]}"',
    ]
