"""What hassfest, the HACS action and a careful reviewer would look at, checked without a network.

    python -m tests.repository

prints what is wrong and exits with 1 if anything is. pytest runs the same checks, and tests that they bite.
"""

from collections.abc import Callable, Iterator, Mapping

from .actions import actions
from .boundaries import boundaries, layers, root
from .browser_modules import browser_modules
from .citations import citations, references
from .compatibility import compatibility
from .documents import changelog, documents, examples, images, pages, quotes
from .flow_texts import flow_texts
from .hygiene import hygiene
from .keys import icons, keys, untranslated
from .manifest import hacs, manifest, version
from .patches import patches
from .pictures import pictures
from .quality_scale import quality_scale
from .translations import same_tree, shape, wording
from .tree import Repository
from .workflows import workflows

type Check = Callable[[Repository], Iterator[str]]

CHECKS: Mapping[str, Check] = {
    check.__name__: check
    for check in (
        actions, manifest, version, hacs, same_tree, wording, shape, flow_texts, keys, icons, untranslated, pictures,
        quality_scale, boundaries, layers, root, citations, references, compatibility, documents, pages, quotes,
        examples, images, changelog, hygiene, patches, workflows, browser_modules,
    )
}  # fmt: skip

__all__ = ["CHECKS", "Check", "Repository"]
