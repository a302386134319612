/// The names by which Dockerfiles and compose files are known, and those of the tasks that build them.
enum DockerNames {
    /// Whether a file of this name is a Dockerfile. Templates are none before something fills them in.
    static func isDockerfile(_ name: String) -> Bool {
        if plain.contains(name) { return true }
        for base in ["Dockerfile.", "Containerfile."] where name.hasPrefix(base) {
            return !otherEndings.contains { name.hasSuffix($0) }
        }
        return [".Dockerfile", ".dockerfile", ".Containerfile"].contains { name.hasSuffix($0) && name != $0 }
    }

    /// Whether a file of this name is read by `docker compose`, be it only when it is asked to.
    static func isCompose(_ name: String) -> Bool {
        guard name.hasSuffix(".yaml") || name.hasSuffix(".yml") else { return false }
        return name.hasPrefix("compose.") || name.hasPrefix("docker-compose.") || name.hasPrefix("docker-compose-")
    }

    /// Whether a file of this name is read by `docker buildx bake`.
    static func isBake(_ name: String) -> Bool {
        name.hasPrefix("docker-bake.") && (name.hasSuffix(".hcl") || name.hasSuffix(".json"))
    }

    /// Whether `docker compose` reads the file without being told.
    static func isMainCompose(_ name: String) -> Bool {
        ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"].contains(name)
    }

    /// What tells a Dockerfile from the others beside it: nothing, or the word before or after `Dockerfile`.
    static func variant(_ name: String) -> String {
        if plain.contains(name) { return "" }
        for base in ["Dockerfile.", "Containerfile."] where name.hasPrefix(base) {
            return String(name.dropFirst(base.count))
        }
        for base in [".Dockerfile", ".dockerfile", ".Containerfile"] where name.hasSuffix(base) {
            return String(name.dropLast(base.count))
        }
        return name
    }

    /// Whether an image of this variant is a tool of those who work on the project rather than what is deployed.
    static func isForDevelopment(_ variant: String) -> Bool {
        let words = variant.lowercased().split { !$0.isLetter }
        return words.contains { word in
            [
                "dev", "devel", "development", "devcontainer", "debug", "test", "tests", "testing", "ci", "lint",
                "build",
                "builder", "e2e", "cypress", "playwright", "bench", "docs",
            ].contains(String(word))
        }
    }

    /// Whether a directory of this name holds test data or templates: a Dockerfile there builds no image of the workspace.
    static func isFixture(_ component: some Collection<UInt8>) -> Bool {
        ["fixtures", "__fixtures__", "testdata", "test-data", "templates", "template", "vendor", "third_party"]
            .contains { component.elementsEqual($0.utf8) }
    }

    private static let plain: Set<String> = ["Dockerfile", "Containerfile", "dockerfile"]

    private static let otherEndings = [
        ".dockerignore", ".md", ".txt", ".template", ".tmpl", ".tpl", ".j2", ".jinja", ".erb", ".in", ".bak", ".orig",
        ".rej", ".swp", ".sh", ".py", ".js", ".ts", ".go", ".json", ".yaml", ".yml", "~",
    ]
}
