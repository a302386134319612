internal import GitObjects

/// The forms a workspace of the same shape can have.
package enum WorkspaceForm: String, CaseIterable, Sendable {
    case npm, cargo
    /// ripple.yaml files and no manifest.
    case plain

    /// A source file that every project has from the start.
    package func source(_ directory: String) -> String {
        switch self {
        case .npm: "\(directory)/src/index.js"
        case .cargo: "\(directory)/src/lib.rs"
        case .plain: "\(directory)/src/main.txt"
        }
    }

    package func manifest(_ directory: String) -> String {
        switch self {
        case .npm: "\(directory)/package.json"
        case .cargo: "\(directory)/Cargo.toml"
        case .plain: "\(directory)/ripple.yaml"
        }
    }

    /// The tasks each project has, sorted.
    package var tasks: [String] {
        switch self {
        case .npm, .plain: ["build", "lint", "test"]
        case .cargo: ["build", "check", "test"]
        }
    }
}

extension Scenario {
    /// Makes a workspace: project directories, each with the names of those it depends on. A project's name is its
    /// directory's last component. Projects below `apps/` are apps; all others are libraries.
    package mutating func workspace(_ form: WorkspaceForm, _ projects: [String: [String]]) {
        let patterns = Set(
            projects.keys.map { directory in
                let parent = directory.split(separator: "/").dropLast().joined(separator: "/")
                // A project in a project is named: a pattern would find the outer one's other directories too.
                return projects[parent] == nil ? parent + "/*" : directory
            }
        ).sorted()
        switch form {
        case .npm: write("package.json", PackageJSON.npmRoot(patterns))
        case .cargo:
            // A pattern may only find crates, so that members are listed where one lies in another.
            write("Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\(projects.keys.sorted().quotedList)]\n")
        case .plain:
            write(
                "ripple.yaml",
                """
                version: 1
                projects: [\(patterns.quotedList)]
                tasks:
                  build: { command: "mkdir -p out && cat src/* > out/result", outputs: ["out/**"] }
                  test: { command: "test -d src", dependsOn: ["^build"] }
                  lint: { command: "test -d src", dependsOn: [] }

                """)
            write(".gitignore", "out/\n")
        }
        let directories = Dictionary(projects.keys.map { (Scenario.name($0), $0) }, uniquingKeysWith: { min($0, $1) })
        for (directory, dependencies) in projects {
            project(form, directory, dependsOn: dependencies, in: directories)
            write(RepoPath(form.source(directory)), "first content of \(directory)\n")
            if form == .cargo, directory.hasPrefix("apps/") {
                write(RepoPath("\(directory)/src/main.rs"), "fn main() {}\n")
            }
        }
    }

    /// Writes or rewrites the manifest of one project.
    ///
    /// - Parameter directories: where the projects are, by name; Cargo names dependencies by path.
    package mutating func project(
        _ form: WorkspaceForm, _ directory: String, dependsOn dependencies: [String],
        in directories: [String: String] = [:]
    ) {
        let name = Scenario.name(directory), isApp = directory.hasPrefix("apps/")
        let manifest = RepoPath(form.manifest(directory))
        switch form {
        case .npm: write(manifest, PackageJSON.npmPackage(name, isPrivate: isApp, dependencies))
        case .cargo:
            let up = directory.split(separator: "/").map { _ in ".." }.joined(separator: "/")
            let lines = dependencies.map { "\($0) = { path = \"\(up)/\(directories[$0] ?? "packages/\($0)")\" }\n" }
            write(
                manifest,
                "[package]\nname = \"\(name)\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\n\(lines.joined())"
            )
        case .plain:
            write(
                manifest,
                "name: \(name)\ntype: \(isApp ? "app" : "library")\ndependsOn: [\(dependencies.quotedList)]\n")
        }
    }

    private static func name(_ directory: String) -> String { String(directory.split(separator: "/").last ?? "root") }
}

/// Texts of package.json files.
package enum PackageJSON {
    package static func npmRoot(_ patterns: [String]) -> String {
        """
        {
          "name": "workspace",
          "private": true,
          "description": "A workspace",
          "workspaces": [\(patterns.quotedList)]
        }

        """
    }

    /// - Parameters:
    ///   - dependencies: names of packages of the workspace.
    ///   - development: names for `devDependencies`.
    package static func npmPackage(
        _ name: String, isPrivate: Bool = false, _ dependencies: [String] = [], development: [String] = [],
        scripts: [String] = ["build", "test", "lint"]
    ) -> String {
        func table(_ names: [String]) -> String { names.map { "\"\($0)\": \"*\"" }.joined(separator: ", ") }
        return """
            {
              "name": "\(name)",
              "version": "1.0.0",
              "private": \(isPrivate),
              "scripts": { \(scripts.map { "\"\($0)\": \"true\"" }.joined(separator: ", ")) },
              "dependencies": { \(table(dependencies)) },
              "devDependencies": { \(table(development)) }
            }

            """
    }
}

extension [String] {
    /// The texts in double quotes, separated by commas.
    fileprivate var quotedList: String { map { "\"\($0)\"" }.joined(separator: ", ") }
}
