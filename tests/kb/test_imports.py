import subprocess
import sys

HEAVY = ("langdetect", "markdown_it", "ruamel", "numpy", "torch", "gradio")


def test_nothing_heavy_is_imported_before_it_is_used() -> None:
    code = "import sys, kb.library, kb.passage; print([name for name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert [name for name in HEAVY if f"'{name}'" in loaded] == []
