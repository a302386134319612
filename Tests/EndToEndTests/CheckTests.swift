internal import Foundation
internal import Testing

@Suite("What the check says, and how it ends")
struct CheckTests {
    /// Two npm packages; `b` is declared by nobody.
    private func workspace() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write("package.json", #"{"private": true, "workspaces": ["packages/*"]}"#)
        try sandbox.write("packages/a/package.json", #"{"name": "a", "scripts": {"build": "x"}}"#)
        try sandbox.write("packages/b/package.json", #"{"name": "b", "scripts": {"build": "x"}}"#)
        try sandbox.write("packages/a/index.js", "export {}\n")
        try sandbox.commit("first")
        return sandbox
    }

    private func codes(_ answer: Finished) -> [String] {
        answer.json["findings"].array.compactMap { $0["code"].string }
    }

    @Test("nothing to report ends with 0")
    func clean() throws {
        let answer = try workspace().ripple("check", "--format", "json")
        #expect(answer.code == 0, "\(answer.summary)")
        #expect(answer.json["schema"].string == "ripple.check/1")
        #expect(codes(answer) == [])
        let text = try workspace().ripple("check")
        #expect(text.code == 0 && text.output.isEmpty && text.errorText.contains("Nothing to report."))
    }

    @Test("errors end with 1, warnings only when asked, notes never")
    func severities() throws {
        let sandbox = try workspace()
        try sandbox.write("stray.txt", "")
        try sandbox.write("tools/x.sh", "")
        #expect(try sandbox.ripple("check", "--strict").code == 0)
        try sandbox.write("packages/a/index.js", "import 'nowhere'\n")
        let warning = try sandbox.ripple("check", "--format", "json")
        #expect(warning.code == 0, "\(warning.summary)")
        #expect(codes(warning) == ["undeclared-dependency", "unread-files"])
        #expect(try sandbox.ripple("check", "--strict").code == 1)
        try sandbox.write("packages/a/index.js", "import 'b'\n")
        let error = try sandbox.ripple("check")
        #expect(error.code == 1, "\(error.summary)")
        #expect(error.text.contains("packages/a/index.js:1") && error.text.contains("tools/x.sh"))
        #expect(error.errorText.contains("1 error, 1 note."))
        // What was committed has none of this.
        #expect(try sandbox.ripple("check", "--head", "HEAD").code == 0)
    }

    @Test("projects that are named, and those that do not exist")
    func selection() throws {
        let sandbox = try workspace()
        try sandbox.write("packages/a/index.js", "import 'b'\n")
        #expect(try sandbox.ripple("check", "b").code == 0)
        #expect(try sandbox.ripple("check", "packages/a").code == 1)
        let unknown = try sandbox.ripple("check", "c")
        #expect(unknown.code == 2 && unknown.output.isEmpty)
    }

    @Test("a broken ripple.yaml is the user's; a dangling dependency is a finding")
    func broken() throws {
        let sandbox = try workspace()
        try sandbox.write("packages/a/package.json", #"{"name": "a", "dependencies": {"c": "workspace:*"}}"#)
        #expect(try sandbox.ripple("affected", "--all").code == 2)
        let dangling = try sandbox.ripple("check", "--format", "json")
        #expect(dangling.code == 1, "\(dangling.summary)")
        #expect(codes(dangling) == ["invalid-configuration"])
        try sandbox.write("ripple.yaml", "version: 1\nboundarys: []\n")
        let refused = try sandbox.ripple("check")
        #expect(refused.code == 2 && refused.output.isEmpty)
        #expect(refused.errorText.contains("Did you mean 'boundaries'?"))
    }

    @Test("findings about one target share a line of text, unless everything is asked for")
    func bundles() throws {
        let sandbox = try workspace()
        for name in ["c", "d", "e", "f"] {
            try sandbox.write("packages/\(name)/package.json", #"{"name": "\#(name)"}"#)
            try sandbox.write("packages/\(name)/x.test.js", "import 'b'\n")
        }
        let text = try sandbox.ripple("check").text
        let line = text.split(separator: "\n").first { $0.contains("4 projects use b, which they do not declare") }
        #expect(line?.contains("c (packages/c/x.test.js:1), ") == true, "\(text)")
        #expect(line?.hasSuffix("and 1 more") == true, "\(text)")
        #expect(!text.contains("devDependencies"))
        let full = try sandbox.ripple("check", "--verbose").text
        #expect(full.contains("f uses b, which it does not declare: packages/f/x.test.js:1"), "\(full)")
        #expect(full.contains("add \"b\" to devDependencies of packages/f/package.json"))
        #expect(codes(try sandbox.ripple("check", "--format", "json")).count == 4)
    }

    @Test("the document is the same each time")
    func stable() throws {
        let sandbox = try workspace()
        try sandbox.write("packages/a/index.js", "import 'b'; import 'c'; import './d'\n")
        let first = try sandbox.ripple("check", "--format", "json").output
        for _ in 0..<3 { #expect(try sandbox.ripple("check", "--format", "json").output == first) }
    }
}
