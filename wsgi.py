"""The application for any WSGI server: `gunicorn wsgi:app`.

`REGISTRY_HOME` names the registry's folder, as made by `registry init`.
"""

import os
from pathlib import Path

from registry.app import create_app
from registry.config import load_settings
from registry.service import open_registry

app = create_app(open_registry(load_settings(Path(os.environ["REGISTRY_HOME"]))))
