import ProjectDiscovery
import Testing
import WorkspaceChecks

@Suite("Imports of Python files")
struct PythonImportTests {
    /// Each import as `NAME@LINE`, with a letter behind it for its kind, and its members.
    private func imports(_ text: String) -> [String] {
        PythonImports.scan(Array(text.utf8)).map { entry in
            let kind =
                switch entry.kind {
                case .plain: ""
                case .typeOnly: " type"
                case .conditional: " maybe"
                case .dynamic: " dynamic"
                default: " ?"
                }
            return "\(entry.name)@\(entry.line)\(kind)"
                + (entry.members.isEmpty ? "" : " (\(entry.members.joined(separator: " ")))")
        }
    }

    @Test("all forms of the import statement")
    func forms() {
        let text = """
            import a, b.c as d
            from e.f import (
                g as h,  # why
                i,
            )
            from . import j
            from ..k import l; import m
            from n import *
            if True: import o
            import p.\\
            q
            """
        #expect(
            imports(text) == [
                "a@1", "b.c@1", "e.f@2 (g i)", ".@6 (j)", "..k@7 (l)", "m@7", "n@8", "o@9", "p.q@10",
            ])
    }

    @Test("text that only looks like an import")
    func lookalikes() {
        let text = #"""
            # import a
            x = "import b"
            """
            import c
            """
            y = r'\' import d' ; z = f"{x + "import e"}"
            w = f"{{import f"
            def important(): yield from generator
            raise ValueError from error
            s = '''
            from g import h
            '''
            import real
            v = f'{x!r:>{width}}' 'import i'
            obj.from_ = 1
            """#
        #expect(imports(text) == ["real@13"])
    }

    @Test("imports for types, with a fallback, and by name")
    func kinds() {
        let text = """
            if TYPE_CHECKING:
                import a
                if x:
                    from b import c
            else:
                import d
            if typing.TYPE_CHECKING: import e
            try:
                import f
            except ImportError:
                import g
            import h
            i = importlib.import_module("j.k")
            l = __import__('m')
            n = importlib.import_module(name)
            def o():
                import p
            """
        #expect(
            imports(text) == [
                "a@2 type", "b@4 type (c)", "d@6", "e@7 type", "f@9 maybe", "g@11 maybe", "h@12", "j.k@13 dynamic",
                "m@14 dynamic", "p@17",
            ])
    }
}
