"""What setup.cfg cannot say: `migrations/` and `translations/` stand beside the package; a wheel has them inside it."""

from setuptools import find_namespace_packages, setup

BESIDE = ("migrations", "translations")
"""Every folder is named as a package, so that all its files come along."""

within = find_namespace_packages(include=["testimony", "testimony.*"], exclude=["*.__pycache__"])
beside = [
    f"testimony.{name}"
    for top in BESIDE
    for name in [top, *(f"{top}.{inner}" for inner in find_namespace_packages(top, exclude=["*__pycache__"]))]
]
setup(
    packages=within + beside,
    package_dir={f"testimony.{top}": top for top in BESIDE},
    package_data={"": ["*"]},
    exclude_package_data={"": ["*.pyc"]},
)
