import Testing
import WorkspaceChecks

@Suite("Boundaries")
struct BoundaryTests {
    /// `app` uses `ui`, `ui` uses `data`, `data` uses `util`.
    private func shop(tags: [String: [String]] = [:]) -> [String: String] {
        let uses = ["app": "ui", "ui": "data", "data": "util", "util": ""]
        var files = packages(
            uses.mapValues { ($0.isEmpty ? "" : "\"dependencies\": {\"\($0)\": \"*\"}", [:]) })
        for (name, list) in tags { files["packages/\(name)/ripple.yaml"] = "tags: [\(list.joined(separator: ", "))]\n" }
        return files
    }

    @Test("rules of ripple.yaml by tag, type, name and place")
    func ripple() throws {
        var files = shop(tags: ["ui": ["view"], "data": ["model"]])
        files["ripple.yaml"] = """
            version: 1
            boundaries:
              - { from: ["tag:view"], deny: ["tag:model"] }
              - from: ["packages/*"]
                allow: ["type:library"]
              - { from: [data], allow: ["tag:model", "packages/x*"] }
            """
        #expect(
            try check(files, .boundary) == [
                "error data > util packages/data/package.json:2", "error ui > data packages/ui/package.json:2",
            ])
    }

    @Test("a dependency that only code shows counts as well")
    func fromCode() throws {
        var files = shop()
        files["packages/util/x.js"] = "\nimport 'app'"
        files["ripple.yaml"] = "version: 1\nboundaries:\n  - { from: [util], deny: [app] }\n"
        let found = try check(files).first { $0.code == .boundary }
        #expect(found?.summary == "error util > app packages/util/x.js:2")
        #expect(found?.message == "util depends on app, and 'deny' of the boundary forbids it (ripple.yaml:3)")
    }

    @Test("Turborepo's tags, over any number of dependencies and in both directions")
    func turborepo() throws {
        var files = shop()
        files["turbo.json"] = """
            {
              "tasks": {},
              "boundaries": {"tags": {
                "front": {"dependencies": {"deny": ["low"]}},
                "private": {"dependents": {"allow": ["ui"]}}
              }}
            }
            """
        files["packages/app/turbo.json"] = #"{"extends": ["//"], "tags": ["front"], "tasks": {}}"#
        files["packages/util/turbo.json"] = #"{"extends": ["//"], "tags": ["low"], "tasks": {}}"#
        files["packages/data/turbo.json"] = #"{"extends": ["//"], "tags": ["private"], "tasks": {}}"#
        let found = try check(files).filter { $0.code == .boundary }
        #expect(
            found.map(\.message) == [
                "app -> ui -> data, and the dependents of the tag 'private' do not allow app (turbo.json:5)",
                "app -> ui -> data -> util, and the dependencies of the tag 'front' deny util (turbo.json:4)",
            ])
    }

    private let constraints = """
        depConstraints: [
          // Views
          { sourceTag: 'view', onlyDependOnLibsWithTags: ['view', "util*"], },
          { allSourceTags: ['a', 'b'], notDependOnLibsWithTags: ['low'] },
          { sourceTag: "*", bannedExternalImports: ['left-*'] },
        ]
        """

    private func nx() -> [String: String] {
        var files = shop(tags: ["ui": ["view"], "data": ["model"], "util": ["low"]])
        files["packages/app/package.json"] =
            #"{"name": "app", "nx": {"tags": ["a", "b"]}, "dependencies": {"ui": "*", "left-pad": "1"}}"#
        files["packages/app/x.js"] = "import pad from 'left-pad'"
        return files
    }

    @Test("Nx's constraints in eslint.config.mjs")
    func nxCode() throws {
        var files = nx()
        files["eslint.config.mjs"] = """
            export default [{ rules: {
              '@nx/enforce-module-boundaries': ['error', {
                \(constraints.replacing("\n", with: "\n    "))
              }] } }]
            """
        #expect(
            try check(files, .boundary) == [
                "error app > left-pad packages/app/x.js:1", "error app > util packages/app/package.json:1",
                "error ui > data packages/ui/package.json:2",
            ])
        let found = try check(files).filter { $0.code == .boundary }
        #expect(found.last?.message.contains("(eslint.config.mjs:5)") == true, "\(found)")
    }

    @Test("Nx's constraints in .eslintrc.json, with its severity and exceptions")
    func nxJSON() throws {
        var files = nx()
        files[".eslintrc.json"] = """
            {"overrides": [{"files": ["*.ts"], "rules": {"@nx/enforce-module-boundaries": ["warn", {
              "allow": ["left-*"],
              "depConstraints": [{"sourceTag": "view", "onlyDependOnLibsWithTags": []},
                {"sourceTag": "*", "bannedExternalImports": ["left-*"]}]}]}}]}
            """
        #expect(try check(files, .boundary) == ["warning ui > data packages/ui/package.json:2"])
    }

    @Test("constraints that are code are a note, not a guess")
    func nxUnread() throws {
        var files = nx()
        files["eslint.config.js"] =
            "rules: { '@nx/enforce-module-boundaries': ['error', { depConstraints: [...shared] }] }"
        #expect(try check(files, .boundariesUnread) == ["note eslint.config.js:1"])
        #expect(try check(files, .boundary) == [])
    }

    private func nxFindings(_ options: String, _ change: (inout [String: String]) -> Void = { _ in }) throws -> [String]
    {
        var files = nx()
        files["eslint.config.mjs"] =
            "export default [{ rules: { '@nx/enforce-module-boundaries': ['error', \(options)] } }]"
        change(&files)
        return try check(files).filter { $0.code == .boundary || $0.code == .boundariesUnread }.map {
            "\($0.project ?? "-") > \($0.target ?? "-")"
        }
    }

    @Test("Nx's tags as globs and regular expressions")
    func nxPatterns() throws {
        let any = "{ sourceTag: '*', onlyDependOnLibsWithTags: ['*'] }"
        #expect(
            try nxFindings(
                "{ depConstraints: [\(any), { sourceTag: '/^vi.w$/', notDependOnLibsWithTags: ['/^(mo|x)/'] }] }")
                == ["ui > data"])
        #expect(
            try nxFindings("{ depConstraints: [\(any), { sourceTag: 'vi*', onlyDependOnLibsWithTags: ['l*w'] }] }")
                == ["ui > data"])
        #expect(
            try nxFindings("{ depConstraints: [\(any), { sourceTag: '/(a+)+$/', onlyDependOnLibsWithTags: [] }] }")
                == ["- > -"])
    }

    @Test("Nx: projects without a constraint, and imports by paths")
    func nxOthers() throws {
        #expect(
            try nxFindings("{ depConstraints: [{ sourceTag: 'model', onlyDependOnLibsWithTags: ['low'] }] }")
                == ["app > ui", "ui > data"])
        let path: (inout [String: String]) -> Void = {
            $0["packages/app/y.js"] = "import '../ui/y'"
            $0["packages/ui/y.js"] = ""
        }
        #expect(try nxFindings("{}", path) == ["app > ui"])
        #expect(try nxFindings("{ allow: ['../ui/*'] }", path) == [])
        for (comment, isOff) in [
            ("// eslint-disable-next-line @nx/enforce-module-boundaries\n", true), ("/* eslint-disable */\n\n", true),
            ("// eslint-disable-next-line no-undef\n", false),
            ("// eslint-disable-next-line @nx/enforce-module-boundaries\n\n", false),
        ] {
            let found = try nxFindings("{}") {
                path(&$0)
                $0["packages/app/y.js"] = comment + "import '../ui/y'"
            }
            #expect(found == (isOff ? [] : ["app > ui"]), "\(comment)")
        }
        #expect(
            try nxFindings("{}") {
                path(&$0)
                $0["packages/app/.eslintrc.json"] = #"{"rules": {"@nx/enforce-module-boundaries": "off"}}"#
            } == [])
    }

    @Test("Nx: external imports that are allowed, and libraries that are built")
    func nxExternal() throws {
        let files: (inout [String: String]) -> Void = {
            $0["packages/app/x.js"] = "import 'left-pad/deep'; import 'right'; import 'node:fs'; import 'alias'"
            $0["packages/app/package.json"] =
                #"{"name": "app", "nx": {"tags": ["a"]}, "dependencies": {"left-pad": "1", "right": "1"}}"#
        }
        #expect(
            try nxFindings("{ depConstraints: [{ sourceTag: '*', allowedExternalImports: ['left-*'] }] }", files)
                == ["app > right"])
        #expect(
            try nxFindings("{ depConstraints: [{ sourceTag: '*', bannedExternalImports: ['left-pad'] }] }", files) == []
        )
        #expect(
            try nxFindings("{ enforceBuildableLibDependency: true }") {
                $0["packages/ui/package.json"] =
                    #"{"name": "ui", "scripts": {"build": "tsc"}, "dependencies": {"data": "*"}}"#
                $0["packages/data/package.json"] =
                    #"{"name": "data", "scripts": {"build": "tsc"}, "dependencies": {"util": "*"}}"#
            } == ["data > util"])
    }

    @Test("Nx: constraints in a constant of the file, beside options that are code")
    func nxConstant() throws {
        #expect(
            try nxFindings("{ ...base, depConstraints: table }") {
                $0["eslint.config.mjs"] =
                    "const table = [\n{ sourceTag: 'view', onlyDependOnLibsWithTags: ['low'] }];\n" + $0[
                        "eslint.config.mjs"]!
            } == ["app > ui", "data > util", "ui > data"])
    }
}
