import GitObjects
import ScenarioKit
import Testing

@Suite("Go programs are affected by the packages they reach")
struct GoScenarioTests {
    private let shop = "example.com/shop", web = "example.com/shop/cmd/web", job = "example.com/shop/cmd/job"

    /// `web` reaches `page` and `text`; `job` reaches `store`.
    private func workspace(_ scenario: inout Scenario) {
        scenario.write("go.mod", "module example.com/shop\n\ngo 1.22\n")
        scenario.write("cmd/web/main.go", "package main\n\nimport _ \"example.com/shop/page\"\n\nfunc main() {}\n")
        scenario.write("cmd/job/main.go", "package main\n\nimport _ \"example.com/shop/store\"\n\nfunc main() {}\n")
        scenario.write("page/page.go", "package page\n\nimport _ \"example.com/shop/text\"\n")
        scenario.write("page/page_test.go", "package page\n")
        scenario.write("text/text.go", "package text\n")
        scenario.write("store/store.go", "package store\n")
    }

    private func scenario(_ edit: (inout Scenario) -> Void) -> Scenario {
        Scenario {
            workspace(&$0)
            $0.commit("base")
            edit(&$0)
            $0.commit("edit")
        }
    }

    @Test("3: a package edited affects its module and the programs that reach it")
    func library() throws {
        try scenario { $0.append("text/text.go", "// more") }.expectAffected([
            shop: .file("text/text.go"), web: .file("text/text.go"),
        ])
    }

    @Test("7: a program's own file affects it, and the module whose commands cover it, and no other program")
    func program() throws {
        try scenario { $0.append("cmd/job/main.go", "// more") }.expectAffected([
            shop: .file("cmd/job/main.go"), job: .file("cmd/job/main.go"),
        ])
    }

    @Test("8, 9: a program deleted or moved")
    func removed() throws {
        try scenario { $0.delete("cmd/job") }.expectAffected(
            [shop: .file("cmd/job/main.go", "deleted")], removed: [job])
        try scenario { $0.rename("cmd/job", to: "cmd/task") }.expectAffected(
            [
                shop: [.file("cmd/job/main.go", "deleted"), .file("cmd/task/main.go", "added")],
                "example.com/shop/cmd/task": .newProject,
            ], removed: [job])
    }

    @Test("11: a test edited affects no program that imports its package")
    func test() throws {
        try scenario { $0.append("page/page_test.go", "// more") }.expectAffected([shop: .file("page/page_test.go")])
    }

    @Test("18: a new program affects itself and its module")
    func added() throws {
        try scenario { $0.write("cmd/new/main.go", "package main\n") }.expectAffected([
            shop: .file("cmd/new/main.go", "added"), "example.com/shop/cmd/new": .newProject,
        ])
    }

    @Test("a file added to a package that a program reaches affects it")
    func fileAdded() throws {
        try scenario { $0.write("text/more.go", "package text\n") }.expectAffected([
            shop: .file("text/more.go", "added"), web: .file("text/more.go", "added"),
        ])
    }

    @Test("an import added leads to the packages behind it, in the same change and later")
    func rewired() throws {
        let scenario = Scenario {
            workspace(&$0)
            $0.commit("base")
            $0.append("text/text.go", "import _ \"example.com/shop/store\"")
            $0.commit("edit")
            $0.append("store/store.go", "// more")
            $0.commit("later")
        }
        try scenario.expectAffected(
            [shop: .others, web: [.file("text/text.go"), .others]], base: "base", head: "edit")
        try scenario.expectAffected(
            [shop: .file("store/store.go"), web: .file("store/store.go"), job: .file("store/store.go")],
            base: "edit", head: "later")
    }

    @Test("a required module's version affects the programs that import from outside")
    func required() throws {
        let base = Scenario {
            workspace(&$0)
            $0.append("store/store.go", "import _ \"example.org/db\"")
            $0.append("go.mod", "require example.org/db v1.0.0")
            $0.write("go.sum", "example.org/db v1.0.0 h1:a=\n")
            $0.commit("base")
            $0.replace("go.mod", "v1.0.0", "v1.1.0")
            $0.write("go.sum", "example.org/db v1.1.0 h1:b=\n")
            $0.commit("edit")
        }
        try base.expectAffected([
            shop: [.file("go.mod"), .external("example.org/db", "v1.0.0", "v1.1.0")],
            job: .external("example.org/db", "v1.0.0", "v1.1.0"),
        ])
    }

    @Test("modules that import each other are no cycle of tasks")
    func circle() throws {
        try Scenario {
            $0.write("go.work", "go 1.22\nuse ./a\nuse ./b\n")
            $0.write("a/go.mod", "module example.com/a\n")
            $0.write("b/go.mod", "module example.com/b\n")
            $0.write("a/x/x.go", "package x\nimport _ \"example.com/b/y\"\n")
            $0.write("a/z/z.go", "package z\n")
            $0.write("b/y/y.go", "package y\nimport _ \"example.com/a/z\"\n")
            $0.commit("base")
            $0.append("a/z/z.go", "// more")
            $0.commit("edit")
        }.expectAffected([
            "example.com/a": [.file("a/z/z.go"), .others], "example.com/b": [.dependency("example.com/a"), .others],
        ])
    }
}
