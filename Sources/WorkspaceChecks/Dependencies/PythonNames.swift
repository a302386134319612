/// What is known of the names of Python modules: the standard library, and distributions that are called otherwise than
/// the modules in them.
enum PythonNames {
    /// The distributions that may provide the module of a dotted name, the usual one first; `nil` when the module is not
    /// among those with another name. The longest name in the table that the dotted name begins with decides.
    static func distributions(of parts: [Substring]) -> [String]? {
        for count in stride(from: min(parts.count, 3), through: 1, by: -1) {
            if let found = renamed[parts[..<count].joined(separator: ".")] { return found }
        }
        return nil
    }

    /// Modules that several distributions share: what is below them says who provides it.
    static let namespaces: Set<String> = [
        "google", "azure", "opentelemetry", "zope", "sphinxcontrib", "ruamel", "jaraco", "backports", "airflow", "dash",
        "plone", "aws_cdk", "nvidia", "odoo", "mkdocs_plugins", "pytest_plugins", "flask_ext", "kubernetes_asyncio",
        "llama_index", "hydra_plugins", "paste", "repoze", "logilab", "xstatic", "horizon", "twisted", "pyobjc",
    ]

    /// Names of distributions that are so common, and called like their module, that an import of the module means them.
    static let common: Set<String> = [
        "aiofiles", "aiohttp", "aiosqlite", "alembic", "altair", "anthropic", "anyio", "arrow", "asgiref", "asyncpg",
        "babel", "bcrypt", "black", "bleach", "blinker", "bokeh", "boto3", "botocore", "bottle", "cachetools", "celery",
        "certifi", "cffi", "chardet", "click", "cloudpickle", "cohere", "colorama", "coverage", "croniter",
        "cryptography",
        "cython", "dask", "datasets", "decorator", "dill", "diskcache", "docker", "docutils", "duckdb", "execnet",
        "fabric", "faker", "fastapi", "filelock", "flake8", "flask", "freezegun", "fsspec", "gevent", "gradio",
        "greenlet",
        "groq", "gunicorn", "h11", "h2", "httpcore", "httptools", "httpx", "huggingface_hub", "hypothesis", "idna",
        "imageio", "ipykernel", "ipywidgets", "isort", "itsdangerous", "jax", "jinja2", "joblib", "jsonschema",
        "jupyter",
        "keras", "kombu", "langchain", "lightgbm", "loguru", "lxml", "mako", "markdown", "markupsafe", "marshmallow",
        "matplotlib", "mistune", "mkdocs", "moto", "msgpack", "multidict", "mypy", "networkx", "nltk", "nox", "numba",
        "numpy", "oauthlib", "openai", "openpyxl", "orjson", "packaging", "pandas", "paramiko", "peewee", "pexpect",
        "pika", "platformdirs", "plotly", "pluggy", "polars", "prometheus_client", "psutil", "psycopg", "psycopg2",
        "pyarrow", "pydantic", "pydantic_core", "pydantic_settings", "pygments", "pymongo", "pymysql", "pyparsing",
        "pytest", "pytz", "redis", "regex", "requests", "rich", "ruff", "scipy", "seaborn", "sentry_sdk", "setuptools",
        "shapely", "simplejson", "six", "sniffio", "sphinx", "sqlalchemy", "sqlmodel", "sqlparse", "starlette",
        "statsmodels", "streamlit", "structlog", "sympy", "tabulate", "tenacity", "tensorflow", "termcolor", "textual",
        "tiktoken", "tokenizers", "toml", "tomli", "tomlkit", "toolz", "torch", "torchvision", "tornado", "tox", "tqdm",
        "transformers", "trio", "typeguard", "typer", "typing_extensions", "tzlocal", "ujson", "urllib3", "uvicorn",
        "uvloop", "virtualenv", "watchdog", "websockets", "wheel", "wrapt", "xarray", "xgboost", "yarl", "zstandard",
    ]

    /// The modules of Python 3.9 to 3.14 without a leading underscore: `sys.stdlib_module_names` of each.
    static let standardLibrary: Set<String> = [
        "abc", "aifc", "annotationlib", "antigravity", "argparse", "array", "ast", "asynchat", "asyncio",
        "asyncore", "atexit", "audioop", "base64", "bdb", "binascii", "binhex", "bisect", "builtins", "bz2",
        "cProfile", "calendar", "cgi", "cgitb", "chunk", "cmath", "cmd", "code", "codecs", "codeop",
        "collections", "colorsys", "compileall", "compression", "concurrent", "configparser", "contextlib",
        "contextvars", "copy", "copyreg", "crypt", "csv", "ctypes", "curses", "dataclasses", "datetime", "dbm",
        "decimal", "difflib", "dis", "distutils", "doctest", "email", "encodings", "ensurepip", "enum", "errno",
        "faulthandler", "fcntl", "filecmp", "fileinput", "fnmatch", "formatter", "fractions", "ftplib",
        "functools", "gc", "genericpath", "getopt", "getpass", "gettext", "glob", "graphlib", "grp", "gzip",
        "hashlib", "heapq", "hmac", "html", "http", "idlelib", "imaplib", "imghdr", "imp", "importlib",
        "inspect", "io", "ipaddress", "itertools", "json", "keyword", "lib2to3", "linecache", "locale",
        "logging", "lzma", "macurl2path", "mailbox", "mailcap", "marshal", "math", "mimetypes", "mmap",
        "modulefinder", "msilib", "msvcrt", "multiprocessing", "netrc", "nis", "nntplib", "nt", "ntpath",
        "nturl2path", "numbers", "opcode", "operator", "optparse", "os", "ossaudiodev", "parser", "pathlib",
        "pdb", "pickle", "pickletools", "pipes", "pkgutil", "platform", "plistlib", "poplib", "posix",
        "posixpath", "pprint", "profile", "pstats", "pty", "pwd", "py_compile", "pyclbr", "pydoc", "pydoc_data",
        "pyexpat", "queue", "quopri", "random", "re", "readline", "reprlib", "resource", "rlcompleter", "runpy",
        "sched", "secrets", "select", "selectors", "shelve", "shlex", "shutil", "signal", "site", "smtpd",
        "smtplib", "sndhdr", "socket", "socketserver", "spwd", "sqlite3", "sre_compile", "sre_constants",
        "sre_parse", "ssl", "stat", "statistics", "string", "stringprep", "struct", "subprocess", "sunau",
        "symbol", "symtable", "sys", "sysconfig", "syslog", "tabnanny", "tarfile", "telnetlib", "tempfile",
        "termios", "textwrap", "this", "threading", "time", "timeit", "tkinter", "token", "tokenize", "tomllib",
        "trace", "traceback", "tracemalloc", "tty", "turtle", "turtledemo", "types", "typing", "unicodedata",
        "unittest", "urllib", "uu", "uuid", "venv", "warnings", "wave", "weakref", "webbrowser", "winreg",
        "winsound", "wsgiref", "xdrlib", "xml", "xmlrpc", "zipapp", "zipfile", "zipimport", "zlib", "zoneinfo",
    ]

    /// Modules, and packages below shared ones, with the distributions that provide them, in normalised form.
    private static let renamed: [String: [String]] = [
        "Crypto": ["pycryptodome", "pycrypto"], "Cryptodome": ["pycryptodomex"], "Cython": ["cython"],
        "IPython": ["ipython"], "MySQLdb": ["mysqlclient"], "OpenSSL": ["pyopenssl"], "OpenGL": ["pyopengl"],
        "PIL": ["pillow", "pillow-simd"], "PyPDF2": ["pypdf2"], "PyInstaller": ["pyinstaller"],
        "PyQt5": ["pyqt5"], "PyQt6": ["pyqt6"], "PySide2": ["pyside2"], "PySide6": ["pyside6", "pyside6-essentials"],
        "Levenshtein": ["levenshtein", "python-levenshtein"], "Xlib": ["python-xlib"],
        "absl": ["absl-py"], "apiclient": ["google-api-python-client"], "apt": ["python-apt"],
        "attr": ["attrs"], "bs4": ["beautifulsoup4"], "bson": ["pymongo", "bson"], "cairosvg": ["cairosvg"],
        "confluent_kafka": ["confluent-kafka"],
        "cv2": [
            "opencv-python", "opencv-python-headless", "opencv-contrib-python", "opencv-contrib-python-headless",
        ],
        "dateutil": ["python-dateutil"], "discord": ["discord-py", "py-cord"], "dns": ["dnspython"],
        "docx": ["python-docx"], "dotenv": ["python-dotenv"], "ecdsa": ["ecdsa"], "editor": ["python-editor"],
        "elftools": ["pyelftools"], "exa_py": ["exa-py"], "faiss": ["faiss-cpu", "faiss-gpu"], "fitz": ["pymupdf"],
        "flask_cors": ["flask-cors"], "flask_login": ["flask-login"], "flask_sqlalchemy": ["flask-sqlalchemy"],
        "gi": ["pygobject"], "git": ["gitpython"], "github": ["pygithub"], "gitlab": ["python-gitlab"],
        "googleapiclient": ["google-api-python-client"], "graphql": ["graphql-core"], "grpc": ["grpcio"],
        "grpc_tools": ["grpcio-tools"], "grpc_status": ["grpcio-status"], "hydra": ["hydra-core"],
        "igraph": ["igraph", "python-igraph"], "jose": ["python-jose"], "jwt": ["pyjwt"],
        "kafka": ["kafka-python", "kafka-python-ng"], "ldap": ["python-ldap"], "ldap3": ["ldap3"],
        "lightning": ["lightning"], "magic": ["python-magic"], "markdown_it": ["markdown-it-py"],
        "memcache": ["python-memcached"], "mpl_toolkits": ["matplotlib"],
        "multipart": ["python-multipart", "multipart"],
        "mysql": ["mysql-connector-python"], "nacl": ["pynacl"], "newrelic": ["newrelic"],
        "odf": ["odfpy"], "pkg_resources": ["setuptools"], "pptx": ["python-pptx"],
        "psycopg2": [
            "psycopg2", "psycopg2-binary",
        ],
        "psycopg": ["psycopg", "psycopg-binary"], "pylab": ["matplotlib"], "pymupdf": ["pymupdf"],
        "pythoncom": ["pywin32"], "pywintypes": ["pywin32"], "rest_framework": ["djangorestframework"],
        "ruamel.yaml": ["ruamel-yaml"], "s3transfer": ["s3transfer"],
        "sentence_transformers": ["sentence-transformers"],
        "serial": ["pyserial"], "skimage": ["scikit-image"], "sklearn": ["scikit-learn"], "slack_sdk": ["slack-sdk"],
        "slugify": ["python-slugify", "unicode-slugify"], "snowflake.connector": ["snowflake-connector-python"],
        "socketio": ["python-socketio"], "engineio": ["python-engineio"], "socks": ["pysocks"],
        "sphinx_rtd_theme": ["sphinx-rtd-theme"], "speech_recognition": ["speechrecognition"],
        "stdnum": ["python-stdnum"], "taglib": ["pytaglib"], "tavily": ["tavily-python"],
        "telegram": ["python-telegram-bot"],
        "tlz": ["toolz"], "umap": ["umap-learn"], "usb": ["pyusb"], "webcolors": ["webcolors"],
        "websocket": ["websocket-client"], "werkzeug": ["werkzeug"], "win32api": ["pywin32"], "win32con": ["pywin32"],
        "wx": ["wxpython"], "xdist": ["pytest-xdist"], "yaml": ["pyyaml"], "zmq": ["pyzmq"],
        "django": ["django"], "environ": ["django-environ"], "debug_toolbar": ["django-debug-toolbar"],
        "corsheaders": ["django-cors-headers"], "crispy_forms": ["django-crispy-forms"],
        "django_filters": ["django-filter"], "google.protobuf": ["protobuf"], "google.auth": ["google-auth"],
        "google.oauth2": ["google-auth"], "google.api_core": ["google-api-core"], "google.genai": ["google-genai"],
        "google.generativeai": ["google-generativeai"], "google.rpc": ["googleapis-common-protos"],
        "google.api": ["googleapis-common-protos"], "google.type": ["googleapis-common-protos"],
        "google.longrunning": ["googleapis-common-protos"], "google.resumable_media": ["google-resumable-media"],
        "google.cloud.storage": ["google-cloud-storage"], "google.cloud.bigquery": ["google-cloud-bigquery"],
        "google.cloud.pubsub": ["google-cloud-pubsub"], "google.cloud.pubsub_v1": ["google-cloud-pubsub"],
        "google.cloud.firestore": ["google-cloud-firestore"], "google.cloud.logging": ["google-cloud-logging"],
        "google.cloud.secretmanager": ["google-cloud-secret-manager"],
        "google.cloud.aiplatform": ["google-cloud-aiplatform"], "google.cloud.exceptions": ["google-cloud-core"],
        "azure.identity": ["azure-identity"], "azure.core": ["azure-core"],
        "azure.storage.blob": ["azure-storage-blob"], "azure.keyvault.secrets": ["azure-keyvault-secrets"],
        "azure.cosmos": ["azure-cosmos"], "azure.servicebus": ["azure-servicebus"],
        "azure.eventhub": ["azure-eventhub"], "azure.functions": ["azure-functions"],
        "opentelemetry.sdk": ["opentelemetry-sdk"], "opentelemetry.trace": ["opentelemetry-api"],
        "opentelemetry.metrics": ["opentelemetry-api"], "opentelemetry.context": ["opentelemetry-api"],
        "opentelemetry.propagate": ["opentelemetry-api"], "opentelemetry.baggage": ["opentelemetry-api"],
        "opentelemetry.semconv": ["opentelemetry-semantic-conventions"],
        "opentelemetry.proto": ["opentelemetry-proto"],
    ]
}
