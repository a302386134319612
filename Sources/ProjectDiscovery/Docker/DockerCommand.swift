internal import GitObjects

/// The command that builds an image in all the ways that compose files name.
enum DockerCommand {
    /// Run in `home`. Goes up step by step rather than by a path with `..`, which would be read as the name of an input.
    static func text(_ build: ImageBuild, _ survey: DockerSurvey, from home: RepoPath) -> String? {
        let path = build.path, uses = build.commands
        var top = home
        for place in uses.map(\.context) + [path.parent ?? .root] {
            while !place.isWithin(top), let parent = top.parent { top = parent }
        }
        let climb = String(repeating: "cd .. && ", count: home.components.count - top.components.count)
        if let inline = survey.inline[path] { return inline.command(from: top).map { climb + $0 } }
        var builds: [String] = []
        for use in uses {
            guard let file = path.relative(to: top)?.utf8Text, let context = use.context.relative(to: top)?.utf8Text
            else { return nil }
            var words = ["docker", "build"]
            if file != (context.isEmpty ? "Dockerfile" : "\(context)/Dockerfile") { words += ["-f", quoted(file)] }
            if let image = known(use.image) { words += ["-t", quoted(image)] }
            if let target = known(use.target) { words += ["--target", quoted(target)] }
            for (name, value) in use.arguments.sorted(by: { $0.key < $1.key }) {
                if let value = known(value) { words += ["--build-arg", quoted("\(name)=\(value)")] }
            }
            for (name, named) in use.contexts.sorted(by: { $0.key < $1.key }) {
                switch named {
                case .directory(let directory):
                    guard let place = directory.relative(to: top)?.documentText else { continue }
                    words += ["--build-context", quoted("\(name)=\(place)")]
                case .image(let reference):
                    words += ["--build-context", quoted("\(name)=docker-image://\(reference)")]
                case .service, .elsewhere: continue
                }
            }
            let line = (words + [context.isEmpty ? "." : quoted(context)]).joined(separator: " ")
            if !builds.contains(line) { builds.append(line) }
        }
        return climb + builds.joined(separator: " && ")
    }

    /// Text without anything that is not known.
    private static func known(_ text: String?) -> String? {
        text.flatMap { $0.isEmpty || $0.contains(DockerVariables.unknown) ? nil : $0 }
    }

    private static func quoted(_ word: String) -> String { ScriptTasks.quoted(word) }
}
