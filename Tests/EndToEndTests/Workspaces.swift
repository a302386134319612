/// Workspaces that need nothing beyond a POSIX shell.
extension Sandbox {
    /// Writes a project whose tasks are explicit.
    ///
    /// - Parameters:
    ///   - build: the build's command, one or more lines of shell; `nil` for the usual one, which joins the project's
    ///     source and what it depends on into `out/result.txt` and notes that it ran.
    ///   - reads: outputs of other projects, relative to this one.
    ///   - options: further lines of the task's definition, such as `timeout: 1s`.
    func project(
        _ path: String, dependsOn: [String] = [], build: String? = nil, reads: [String] = [],
        outputs: String = "[\"out/**\"]",
        options: [String] = [], source: String? = nil
    ) throws {
        let name = path.split(separator: "/").last.map { String($0) } ?? path
        let usual = """
            echo "building \(name)"
            echo \(name) >> "$HOME/ran"
            mkdir -p out
            cat src.txt \(reads.joined(separator: " ")) > out/result.txt
            """
        let lines = (build ?? usual).split(separator: "\n", omittingEmptySubsequences: false)
        try write(
            path + "/ripple.yaml",
            """
            name: \(name)
            dependsOn: [\(dependsOn.joined(separator: ", "))]
            tasks:
              build:
                dependsOn: ["^build"]
                outputs: \(outputs)
            \(options.map { "    \($0)\n" }.joined())    command: |-
            \(lines.map { "      \($0)" }.joined(separator: "\n"))

            """)
        try write(path + "/src.txt", source ?? "source of \(name)\n")
    }

    func rootFiles() throws {
        try write("ripple.yaml", "version: 1\nprojects: [\"libs/*\", \"apps/*\"]\n")
        try write(".gitignore", "out\n")
    }

    /// `web` and `api` need `core`; `api` needs `util` too; `lone` needs nothing.
    static func shop() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.rootFiles()
        let core = "../../libs/core/out/result.txt", util = "../../libs/util/out/result.txt"
        try sandbox.project("libs/core")
        try sandbox.project("libs/util")
        try sandbox.project("apps/web", dependsOn: ["core"], reads: [core])
        try sandbox.project("apps/api", dependsOn: ["core", "util"], reads: [core, util])
        try sandbox.project("apps/lone")
        try sandbox.commit("first")
        return sandbox
    }

    static let shopProjects: Set = ["core", "util", "web", "api", "lone"]
    static let shopTasks: Set = ["core#build", "util#build", "web#build", "api#build", "lone#build"]

    /// Projects that depend on nothing, each with its own build.
    static func independent(_ builds: [(name: String, build: String)], options: [String] = []) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.rootFiles()
        for (name, build) in builds { try sandbox.project("apps/\(name)", build: build, options: options) }
        try sandbox.commit("first")
        return sandbox
    }

    /// Shell that waits until a marker is in the home directory, for at most ten seconds.
    static func await(_ marker: String) -> String {
        """
        n=0
        while [ ! -e "$HOME/\(marker)" ]; do
          n=$((n+1)); if [ $n -gt 1000 ]; then echo "no \(marker)"; exit 9; fi
          sleep 0.01
        done
        """
    }

    /// Shell that goes on for ever.
    static let endless = "while :; do sleep 60; done"
}
