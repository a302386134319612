internal import GitObjects
internal import WorkspaceModel

extension DotNetProjectBuilder {
    /// `build` and, where there are tests, `test`. `dotnet build` builds what a project references as well, which `build` of
    /// those has done before, so that builds side by side do not write the same files. What it makes (bin and obj, or what
    /// properties say) is not declared, so that only tests are cached.
    func addTasks(_ project: inout DiscoveredProject) {
        let tests = evaluations.filter { DotNetKind(of: $0).isTest }
        var build = TaskDefinition(command: command("build", evaluations))
        build.dependsOn = [.dependencies("build")]
        build.cache = false
        add("build", build, to: &project)
        guard !tests.isEmpty else { return }
        var test = TaskDefinition(command: command("test", tests))
        test.dependsOn = [.dependencies("build"), .sameProject("build")]
        add("test", test, to: &project)
    }

    private func add(_ name: String, _ task: TaskDefinition, to project: inout DiscoveredProject) {
        var task = task
        task.origin = Evidence(path: project.manifest, line: nil)
        project.tasks[name] = task
    }

    /// Names the file: beside another project or a solution, `dotnet` does not know which one is meant.
    private func command(_ verb: String, _ evaluations: [MSBuildEvaluation]) -> String {
        evaluations.map { evaluation in
            let name = String(decoding: evaluation.project.lastComponent, as: UTF8.self)
            return "dotnet \(verb) \(DotNetProjectBuilder.quoted(name))"
        }.joined(separator: " && ")
    }

    private static func quoted(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { byte in
            byte >= 0x80 || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "._-+".utf8.contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        if isPlain, !name.hasPrefix("-") { return name }
        return "'./" + name.replacing("'", with: "'\\''") + "'"
    }
}
