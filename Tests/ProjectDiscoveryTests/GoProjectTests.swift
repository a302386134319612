import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

/// Modules and programs as projects.
struct GoProjectTests {
    private func names(_ project: DiscoveredProject?) -> [String] { project?.namedFiles.map(\.description) ?? [] }

    private let single = [
        "go.mod": "module example.com/shop\n\ngo 1.22\n\nrequire example.com/x v1.0.0\n",
        "go.sum": "example.com/x v1.0.0 h1:a=\nexample.com/old v0.1.0 h1:b=\n",
        "cmd/web/main.go": "package main\nimport \"example.com/shop/internal/page\"\nfunc main() {}\n",
        "cmd/job/main.go": "package main\nimport \"example.com/shop/store\"\nfunc main() {}\n",
        "cmd/job/main_test.go": "package main\nimport _ \"example.com/shop/testing\"\n",
        "internal/page/page.go":
            "package page\nimport (\n _ \"embed\"\n _ \"example.com/shop/text\"\n)\n//go:embed site/*.html\nvar s string\n",
        "internal/page/page_test.go": "package page\nimport _ \"example.com/shop/store\"\n",
        "internal/page/site/index.html": "", "text/text.go": "package text\nimport \"strings\"\n",
        "text/text_windows.go": "package text\nimport _ \"example.com/shop/wide\"\n", "wide/wide.go": "package wide\n",
        "store/store.go": "package store\nimport \"example.com/x/db\"\n", "testing/testing.go": "package testing\n",
        "tools/gen.go": "//go:build ignore\n\npackage main\n", "store/testdata/cmd/main.go": "package main\n",
        "vendorless/_old/main.go": "package main\n",
    ]

    @Test("each program is an app whose inputs are the files of the packages it reaches; the module is the rest")
    func programs() throws {
        let found = try discoverGo(single)
        #expect(found.paths == [".", "cmd/job", "cmd/web"])
        let web = try #require(found.project("cmd/web")), job = try #require(found.project("cmd/job"))
        #expect(web.name == "example.com/shop/cmd/web" && web.appEvidence == "cmd/web/main.go: package main")
        #expect(found.project(.root)?.name == "example.com/shop" && found.project(.root)?.appEvidence == nil)
        #expect(
            names(web) == [
                "cmd/web/main.go", "internal/page/page.go", "internal/page/site", "text/text.go",
                "text/text_windows.go", "wide/wide.go",
            ])
        #expect(names(job) == ["cmd/job/main.go", "store/store.go", "testing/testing.go"])
        #expect(names(found.project(.root)) == ["cmd/job", "cmd/web", "internal/page/site"])
        #expect(edges(of: found.projects) == ["cmd/job -> . import", "cmd/web -> . import"])
        #expect(web.dependencies.first?.evidence == Evidence(path: "cmd/web/main.go", line: 2))
        #expect(web.tasks.keys.sorted() == ["build", "test", "vet"] && web.tasks["build"]?.outputs == ["web"])
        #expect(web.tasks.values.allSatisfy { $0.dependsOn.isEmpty })
        #expect(found.project(.root)?.tasks["build"]?.command == "go build ./...")
        #expect(found.structuralFiles == ["go.sum"] && found.diagnostics.isEmpty)
    }

    @Test("required modules count where something from outside is imported, with their hashes")
    func closures() throws {
        func digests(_ change: (inout [String: String]) -> Void) throws -> [String: String] {
            var files = single
            change(&files)
            let found = try discoverGo(files)
            return Dictionary(
                uniqueKeysWithValues: found.projects.map { ($0.path.description, $0.externals[0].digest) })
        }
        let before = try digests { _ in }
        func changed(_ change: (inout [String: String]) -> Void) throws -> [String] {
            let after = try digests(change)
            return before.keys.filter { before[$0] != after[$0] }.sorted()
        }
        #expect(
            try changed { $0["go.mod"] = $0["go.mod"]?.replacing("x v1.0.0", with: "x v1.1.0") } == [".", "cmd/job"])
        #expect(try changed { $0["go.sum"] = $0["go.sum"]?.replacing("h1:a=", with: "h1:c=") } == [".", "cmd/job"])
        #expect(try changed { $0["go.sum"] = $0["go.sum"]?.replacing("h1:b=", with: "h1:c=") } == [])
        #expect(
            try changed { $0["go.mod"]? += "replace example.com/x => example.com/fork v1.0.0\n" } == [".", "cmd/job"])
        #expect(try changed { $0["go.sum"]? += "<<<<<<< HEAD\n" } == [".", "cmd/job"])
        var files = single
        files["go.sum"]? += "<<<<<<< HEAD\n"
        let closure = try #require(try discoverGo(files).project("cmd/job")?.externals.first)
        #expect(closure.isWholeLockfile && closure.problem == "go.sum:3: the line is not 'MODULE VERSION HASH'")
    }

    @Test("settings of go.mod count for its programs, by field")
    func settings() throws {
        let found = try discoverGo(single)
        let fields = found.project("cmd/web")?.structuralDigests.map { "\($0.field) \($0.path):\($0.line ?? 0)" }
        #expect(fields == ["go go.mod:3", "module go.mod:1"])
        #expect(found.project(.root)?.structuralDigests.isEmpty == true)
    }

    private let two = [
        "go.work": "go 1.22\nuse (\n\t./app\n\t./lib\n)\n", "app/go.mod": "module example.com/app\ngo 1.22\n",
        "app/cmd/a/main.go": "package main\nimport _ \"example.com/lib/one\"\n",
        "app/check/check_test.go": "package check\nimport _ \"example.com/lib/two\"\n",
        "lib/go.mod": "module example.com/lib\ngo 1.21\n", "lib/one/one.go": "package one\n",
        "lib/two/two.go": "package two\n",
    ]

    @Test("a workspace joins modules: the program reaches single packages of others")
    func workspace() throws {
        let found = try discoverGo(two)
        #expect(found.paths == [".", "app", "app/cmd/a", "lib"] && found.project(.root)?.onlyGathers == true)
        #expect(
            edges(of: found.projects) == ["app -> lib import", "app/cmd/a -> lib import"])
        #expect(names(found.project("app/cmd/a")) == ["app/cmd/a/main.go", "lib/one/one.go"])
        let fields = found.project("app/cmd/a")?.structuralDigests.map { "\($0.field) \($0.path)" }
        #expect(
            fields == ["go app/go.mod", "go go.work", "go lib/go.mod", "module app/go.mod", "module lib/go.mod"])
        #expect(found.structuralFiles.contains("go.work") && found.structuralFiles.contains("lib/go.sum"))
    }

    @Test("an import of tests only does not pass to dependents")
    func testImports() throws {
        var files = two
        files["app/cmd/a/main.go"] = nil
        let edge = try #require(try discoverGo(files).project("app")?.dependencies.first)
        #expect(edge.target == "lib" && !edge.passesToDependents)
        #expect(edge.evidence == Evidence(path: "app/check/check_test.go", line: 2))
    }

    @Test("a replacement by a directory joins modules too, and its go.mod counts")
    func replacement() throws {
        var files = two
        files["go.work"] = nil
        files["app/go.mod"]? += "require example.com/lib v0.0.0\nreplace example.com/lib => ../lib\n"
        let found = try discoverGo(files)
        #expect(found.paths == ["app", "app/cmd/a", "lib"])
        #expect(names(found.project("app/cmd/a")) == ["app/cmd/a/main.go", "lib/go.mod", "lib/one/one.go"])
        #expect(edges(of: found.projects) == ["app -> lib import", "app/cmd/a -> lib import"])
        // Something from outside may import any of it.
        files["app/cmd/a/main.go"] = "package main\nimport _ \"example.org/x\"\n"
        #expect(names(try discoverGo(files).project("app/cmd/a")).contains("lib"))
    }

    @Test("vendored packages are followed as files")
    func vendored() throws {
        var files = single
        files["vendor/modules.txt"] = ""
        files["vendor/example.com/x/db/db.go"] = "package db\nimport _ \"example.com/x/wire\"\n"
        files["vendor/example.com/x/wire/wire.go"] = "package wire\n"
        let job = try #require(try discoverGo(files).project("cmd/job"))
        #expect(
            names(job).filter { $0.hasPrefix("vendor") } == [
                "vendor/example.com/x/db/db.go", "vendor/example.com/x/wire/wire.go",
            ])
        #expect(job.externals.first?.resolution?.uses.isEmpty == true)
    }

    @Test("cgo makes a whole directory count, and so does a package among another tool's files")
    func directories() throws {
        var files = single
        files["text/text.go"] = "package text\n// #include \"x.inc\"\nimport \"C\"\n"
        files["wide/package.json"] = "{}"
        let found = try discoverGo(files)
        #expect(names(found.project("cmd/web")).contains("text"))
        #expect(names(found.project(.root)).contains("wide"))
        files["text/more.h"] = "#include \"../include/all.h\"\n"
        #expect(try names(discoverGo(files).project("cmd/web")).contains("store"))
    }

    @Test("a package of a program's own below it makes no edge to the module")
    func ownPackages() throws {
        let found = try discoverGo([
            "go.mod": "module example.com/m\n", "lib/lib.go": "package lib\n",
            "cmd/a/main.go": "package main\nimport _ \"example.com/m/cmd/a/parts\"\n",
            "cmd/a/parts/p.go": "package parts\n",
            "cmd/b/main.go": "package main\nimport _ \"example.com/m/lib\"\n",
        ])
        #expect(found.project("cmd/a")?.dependencies.isEmpty == true)
        #expect(found.project("cmd/b")?.dependencies.map(\.target) == [.root])
    }

    @Test("a comment of assembly includes nothing, and what a vendored package includes lies in vendor")
    func comments() throws {
        var files = single
        files["text/asm.s"] = "// See ../runtime/asm.s\n/* ../x */ TEXT f(SB)\nDATA s(SB)/8, \"//\"\n"
        #expect(try !names(discoverGo(files).project("cmd/web")).contains("store"))
        files["text/asm.s"]? += "#include \"../include/all.h\"\n"
        #expect(try names(discoverGo(files).project("cmd/web")).contains("store"))
        files["text/asm.s"] = nil
        files["text/text.go"] = "package text\nimport _ \"example.com/c\"\n"
        files["vendor/modules.txt"] = "# example.com/c v1.0.0\nexample.com/c\n"
        files["vendor/example.com/c/c.go"] = "package c\n"
        files["vendor/example.com/c/c.h"] = "#include \"../x.h\"\n"
        let found = try names(discoverGo(files).project("cmd/web"))
        #expect(found.contains("vendor") && !found.contains("store"))
    }

    @Test("a manifest that cannot be read keeps its project, and everything in it counts as changed")
    func broken() throws {
        var files = two
        files["lib/go.mod"] = "module example.com/lib\n<<<<<<< HEAD\n"
        let found = try discoverGo(files)
        #expect(found.project("lib")?.brokenReason == "lib/go.mod:2: a merge conflict is not resolved")
        #expect(found.widenings.map(\.scope) == ["lib/go.mod"])
        files = two
        files["go.work"] = "use (\n"
        let all = try discoverGo(files)
        #expect(all.projects.filter { $0.brokenReason != nil }.map(\.path) == ["app", "app/cmd/a", "lib"])
    }

    @Test("a program at a module's root makes the module an app")
    func rootProgram() throws {
        let found = try discoverGo([
            "go.mod": "module example.com/tool/v2\n", "main.go": "package main\n", "a/a.go": "package a\n",
        ])
        #expect(found.paths == ["."] && found.project(.root)?.appEvidence == "main.go: package main")
        #expect(found.project(.root)?.tasks["build"]?.outputs == ["tool"])
    }
}
