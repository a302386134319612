import Testing
import WorkspaceChecks

@Suite("Dependencies of Go, Python and Rust projects")
struct OtherDependencyTests {
    @Test("Go: modules and packages that go.mod does not require, and packages without files")
    func go() throws {
        let files = [
            "go.work": "go 1.22\nuse (\n ./a\n ./b\n ./c\n)\n",
            "a/go.mod": "module example.com/a\n\ngo 1.22\n\nrequire example.com/c v0.0.0\nrequire dep.org/x v1.0.0\n",
            "a/a.go": """
            package a
            import (
                "fmt"
                "example.com/b/deep"
                "example.com/c"
                "dep.org/x/y"
                "other.org/z"
                "example.com/a/gone"
            )
            """,
            "b/go.mod": "module example.com/b\n\ngo 1.22\n", "b/deep/b.go": "package deep\n",
            "c/go.mod": "module example.com/c\n\ngo 1.22\n", "c/c.go": "package c\n",
        ]
        #expect(
            try check(files, .undeclaredWorkspaceDependency) == ["warning example.com/a > example.com/b a/a.go:4"])
        #expect(try check(files, .undeclaredDependency) == ["warning example.com/a > other.org/z a/a.go:7"])
        #expect(try check(files, .unresolvedImport) == ["warning example.com/a > example.com/a/gone a/a.go:8"])
    }

    private func python(_ name: String, _ rest: String) -> String {
        "[project]\nname = \"\(name)\"\nversion = \"1\"\n\(rest)\n"
    }

    @Test("Python: by the packages that projects provide, with names that only look alike left alone")
    func pythonProjects() throws {
        let files = [
            "pyproject.toml": "[tool.uv.workspace]\nmembers = [\"libs/*\"]\n",
            "libs/a/pyproject.toml": python(
                "a-lib",
                """
                dependencies = ["c-lib"]
                [dependency-groups]
                dev = ["d-lib"]
                [tool.uv.sources]
                c-lib = { workspace = true }
                d-lib = { workspace = true }
                """),
            "libs/a/src/a_lib/__init__.py": """
            import b_lib.sub
            import space.one.x
            import utils
            import d_lib
            if TYPE_CHECKING:
                import a_lib.other
            try:
                import optional_lib
            except ImportError:
                pass
            """,
            "libs/a/src/a_lib/utils.py": "", "libs/a/tests/test_a.py": "import d_lib",
            "libs/b/pyproject.toml": python("b-lib", ""), "libs/b/src/b_lib/sub.py": "", "libs/b/utils/x.py": "",
            "libs/c/pyproject.toml": python("c-lib", ""), "libs/c/c_lib.py": "", "libs/c/space/two/x.py": "",
            "libs/d/pyproject.toml": python("d-lib", ""), "libs/d/d_lib/__init__.py": "",
            "libs/e/pyproject.toml": python("e-lib", ""), "libs/e/space/one/x.py": "",
            "libs/f/pyproject.toml": python("f-lib", ""), "libs/f/optional_lib/__init__.py": "",
        ]
        #expect(
            try check(files, .undeclaredWorkspaceDependency) == [
                "error a-lib > b-lib libs/a/src/a_lib/__init__.py:1",
                "error a-lib > e-lib libs/a/src/a_lib/__init__.py:2",
            ])
        #expect(try check(files, .developmentDependency) == ["warning a-lib > d-lib libs/a/src/a_lib/__init__.py:4"])
        #expect(try check(files, .unusedDependency) == ["note a-lib > c-lib libs/a/pyproject.toml:4"])
    }

    private func crate(_ name: String, _ rest: String = "") -> String {
        "[package]\nname = \"\(name)\"\nversion = \"1.0.0\"\n\(rest)\n"
    }

    @Test("Rust: renamed crates, names of modules, code for tests")
    func rust() throws {
        let files = [
            "Cargo.toml": "[workspace]\nmembers = [\"crates/*\"]\n",
            "crates/a/Cargo.toml": crate(
                "a",
                """
                [dependencies]
                renamed = { path = "../b", package = "b-crate" }
                unused = { path = "../unused" }
                documented = { path = "../documented" }
                [dev-dependencies]
                d = { path = "../d" }
                e = { path = "../e" }
                """),
            "crates/a/src/lib.rs": """
            //! ```
            //! documented::run();
            //! ```
            mod local;
            #[cfg(test)] mod checks;
            use renamed::X;
            use c_crate::Y;
            fn f() { local::g(); d::h(); }
            #[cfg(test)]
            mod tests { use e::Z; }
            """,
            "crates/a/src/local.rs": "", "crates/a/src/checks.rs": "use e::Z;",
            "crates/b/Cargo.toml": crate("b-crate"), "crates/b/src/lib.rs": "",
            "crates/c/Cargo.toml": crate("c", "[lib]\nname = \"c_crate\""), "crates/c/src/lib.rs": "",
            "crates/d/Cargo.toml": crate("d"), "crates/d/src/lib.rs": "",
            "crates/e/Cargo.toml": crate("e"), "crates/e/src/lib.rs": "",
            "crates/local/Cargo.toml": crate("local"), "crates/local/src/lib.rs": "",
            "crates/unused/Cargo.toml": crate("unused"), "crates/unused/src/lib.rs": "",
            "crates/documented/Cargo.toml": crate("documented"), "crates/documented/src/lib.rs": "",
        ]
        #expect(try check(files, .undeclaredWorkspaceDependency) == ["error a > c crates/a/src/lib.rs:7"])
        #expect(try check(files, .developmentDependency) == ["warning a > d crates/a/src/lib.rs:8"])
        #expect(try check(files, .unusedDependency) == ["note a > unused crates/a/Cargo.toml:6"])
    }

    @Test(
        "Rust: crates that use and extern crate name and no manifest declares; names with other meanings are no crates")
    func rustCrates() throws {
        let files = [
            "Cargo.toml": crate(
                "shop",
                """
                edition = "2021"
                [lib]
                name = "shop_lib"
                [dependencies]
                log = "0.4"
                other-name = { version = "1", package = "renamed" }
                rust-ini = "1"
                Inflector = "1"
                old = { version = "1", optional = true }
                [target.'cfg(unix)'.dependencies]
                unix-only = "1"
                [dev-dependencies]
                checker = "1"
                """),
            "src/lib.rs": """
            #[macro_use] extern crate log;
            extern crate gone as lost;
            use std::fmt; use core::mem; use self::inner::X; use inner::Y; use crate::Z;
            use other_name::A; use ini::Ini; use inflector::I2; use old::B; use unix_only::C; use absent::D; use lost::E;
            use made::F; use Kind::G; use rustc_middle::H; pub use serde_like::item;
            #[rustfmt::skip] mod inner { use item::I; }
            macro_rules! made { () => { use nowhere::J; } }
            /// use documented::K;
            #[cfg(test)] mod tests { use checker::L; use missing_in_tests::M; }
            """,
            "src/main.rs": "use shop_lib::A; fn main() { anything::run() }",
            "src/globs.rs": "use old::*; use brought::N;", "tests/ui/fails.rs": "use not_compiled::O;",
            "tests/all.rs": "use unknown_in_test::P;", "build.rs": "use cc::Build;",
        ]
        #expect(
            try check(files, .undeclaredDependency) == [
                "warning shop > absent src/lib.rs:4", "warning shop > cc build.rs:1",
                "warning shop > gone src/lib.rs:2", "warning shop > missing_in_tests src/lib.rs:9",
                "warning shop > serde_like src/lib.rs:5", "warning shop > unknown_in_test tests/all.rs:1",
            ])
    }

    @Test("Rust: a crate that no file names is unused, unless it is there for its features or for made code")
    func unusedCrates() throws {
        let files = [
            "Cargo.toml": crate(
                "shop",
                """
                [dependencies]
                used = "1"
                in-attribute = "1"
                unused-one = "1"
                featured = { version = "1", features = ["x"] }
                maybe = { version = "1", optional = true }
                enabled = "1"
                ignored = "1"
                zlib-sys = "1"
                [features]
                f = ["enabled/deep"]
                [package.metadata.cargo-machete]
                ignored = ["ignored"]
                """),
            "src/lib.rs": "#[derive(X)] #[x(path = \"in_attribute::y\")] struct A; fn f() { used::g() }",
        ]
        #expect(try check(files, .unusedDependency) == ["note shop > unused-one Cargo.toml:7"])
        var made = files
        made["Cargo.toml"]! += "[build-dependencies]\nprost-build = \"1\"\n"
        #expect(try check(made, .unusedDependency) == [])
    }

    @Test("Rust: a version from a registry of what is also in the workspace is no edge and no finding")
    func registryCrate() throws {
        let files = [
            "Cargo.toml": "[workspace]\nmembers = [\"a\", \"b\"]\n[workspace.dependencies]\nb = \"0.3\"\n",
            "a/Cargo.toml": crate("a", "[dependencies]\nb.workspace = true"), "a/src/lib.rs": "use b::X;",
            "b/Cargo.toml": crate("b"), "b/src/lib.rs": "",
        ]
        #expect(try check(files, .undeclaredWorkspaceDependency) == [])
    }

    @Test("Python: packages that nothing declares, where their name is sure")
    func pythonPackages() throws {
        let files = [
            "pyproject.toml": python(
                "shop",
                """
                dependencies = ["Pillow>=10", "helper[fast]", "ruamel.yaml; python_version > '3'", "griffelib"]
                [project.optional-dependencies]
                web = ["scikit-learn"]
                [dependency-groups]
                dev = ["pytest"]
                [tool.hatch.envs.docs]
                dependencies = ["mkdocs"]
                """),
            "uv.lock": "[[package]]\nname = \"griffe\"\n\n[[package]]\nname = \"locked-one\"\n",
            "shop/__init__.py": """
            import os, sys, tomllib, distutils.core
            import PIL.Image, sklearn, pytest, mkdocs, ruamel.yaml, griffe
            import yaml
            import cv2 as cv, requests
            from google.protobuf import message
            from google.cloud import storage, unheard_of
            import locked_one, never_heard_of, numpy, fast
            from . import sibling
            if True:
                import httpx
            try:
                import pandas
            except ImportError:
                pass
            if TYPE_CHECKING:
                import flask
            def f():
                import torch
            """,
            "shop/openai.py": "import openai", "scripts/tool.py": "import click",
            "scripts/requirements.txt": "click==8",
            "scripts/inline.py": "# /// script\n# dependencies = [\"rich\"]\n# ///\nimport rich", "numpy/x.py": "",
        ]
        #expect(
            try check(files, .undeclaredDependency) == [
                "warning shop > google-cloud-storage shop/__init__.py:6",
                "warning shop > locked-one shop/__init__.py:7",
                "warning shop > openai shop/openai.py:1", "warning shop > opencv-python shop/__init__.py:4",
                "warning shop > protobuf shop/__init__.py:5", "warning shop > pyyaml shop/__init__.py:3",
                "warning shop > requests shop/__init__.py:4",
            ])
    }

    @Test("Python: a project that says nowhere what it needs, and tests that use what the projects under test bring")
    func pythonUnmanaged() throws {
        #expect(
            try check(
                ["pyproject.toml": "[project]\nname = \"a\"\n", "a.py": "import requests"], .undeclaredDependency)
                == [])
        let files = [
            "pyproject.toml": python("all", "dependencies = [\"one\"]")
                + "[tool.uv.workspace]\nmembers = [\"one\"]\n[tool.uv.sources]\none = {workspace = true}\n",
            "one/pyproject.toml": python("one", "dependencies = [\"requests\"]"), "one/one/__init__.py": "",
            "tests/test_all.py": "import requests, yaml", "all/__init__.py": "import requests",
        ]
        #expect(
            try check(files, .undeclaredDependency) == [
                "warning all > pyyaml tests/test_all.py:1", "warning all > requests all/__init__.py:1",
            ])
    }
}
