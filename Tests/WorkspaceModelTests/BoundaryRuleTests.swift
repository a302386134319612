import GitObjects
import Testing
import WorkspaceModel

@Suite("boundaries of ripple.yaml")
struct BoundaryRuleTests {
    @Test("every form of a rule")
    func forms() throws {
        let text = """
            version: 1
            boundaries:
              - from: ["tag:ui", "type:app"]
                allow: ["@shop/data", "packages/*"]
                deny: ["type:library"]
              - { from: [web], allow: [] }
            """
        let rules = try WorkspaceConfiguration.parse(Array(text.utf8), path: "ripple.yaml").boundaries
        #expect(rules.map(\.line) == [3, 6])
        #expect(rules.first?.from == [.tag("ui"), .type(.app)])
        #expect(rules.first?.allow == [.place(try Pattern("@shop/data")), .place(try Pattern("packages/*"))])
        #expect(rules.first?.deny == [.type(.library)])
        #expect(rules.last?.allow == [] && rules.last?.deny.isEmpty == true)
    }

    @Test("what a selector selects")
    func selection() throws {
        var project = Project(path: "packages/ui")
        project.name = "@shop/ui"
        project.type = .app
        let tags: Set = ["view"]
        func selects(_ selector: ProjectSelector) -> Bool { selector.selects(project, tags: tags) }
        #expect(selects(.tag("view")) && !selects(.tag("vie")))
        #expect(selects(.type(.app)) && !selects(.type(.library)))
        for text in ["@shop/ui", "packages/ui", "packages/*", "packages"] {
            #expect(selects(.place(try Pattern(text))))
        }
        for text in ["@shop/*", "ui", "packages/u"] { #expect(!selects(.place(try Pattern(text)))) }
    }

    @Test(
        "a wrong rule is refused with a place and a sentence",
        arguments: [
            ("{}", "2:13: 'boundaries' must be a list of rules, not a mapping"),
            ("[x]", "2:14: a rule in 'boundaries' must be a mapping, not a string"),
            ("[{ allow: [a] }]", "2:14: a rule in 'boundaries' needs 'from', the projects it is for"),
            ("[{ from: [a] }]", "2:14: a rule in 'boundaries' needs 'allow' or 'deny', or it forbids nothing"),
            (
                "[{ from: [a], alow: [b] }]",
                "2:27: unknown key 'alow' in a rule of 'boundaries'. Did you mean 'allow'?"
            ),
            ("[{ from: a, deny: [b] }]", "2:22: 'from' must be a list of strings, not a string"),
            ("[{ from: ['tag:'], deny: [b] }]", "2:23: 'tag:' in 'from' names no tag"),
            (
                "[{ from: ['type:lib'], deny: [b] }]",
                "2:23: 'type:lib' in 'from': the types are 'type:app' and 'type:library'"
            ),
            (
                "[{ from: [a], allow: ['!b'] }]",
                "2:35: '!b' in 'allow' begins with '!': write what it must not be in 'deny'"
            ),
        ])
    func wrong(value: String, expected: String) {
        let text = "version: 1\nboundaries: \(value)\n"
        #expect(ConfigurationErrorTests.message(root: text) == "ripple.yaml:\(expected)")
    }
}
