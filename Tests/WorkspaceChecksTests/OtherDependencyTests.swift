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
}
