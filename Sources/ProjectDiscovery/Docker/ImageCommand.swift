/// A command in a script that builds images.
struct ImageCommand: Equatable {
    enum Tool: Equatable {
        /// `docker build`, with the Dockerfile when it is named.
        case build(file: String?)
        /// `docker compose build`, or `docker buildx bake`.
        case compose, bake
        /// `make`, whose recipes may hold any of these.
        case make
    }

    var tool: Tool
    /// The directories that the script changes to before, relative to where it starts; `nil` when they are not known.
    var directory: String?
    /// The build context; `nil` when it is none of the repository or not known.
    var context: String?
    /// Compose, bake or make files that are named.
    var files: [String] = []
    /// Services or targets that are named; all when empty.
    var names: [String] = []
    var arguments: [String: String] = [:]
    /// Further contexts by their names in small letters.
    var contexts: [String: String] = [:]

    // MARK: Reading scripts

    /// The commands in a script for a shell, or in the recipes of a makefile.
    ///
    /// Read word by word: what a variable holds is `DockerVariables.unknown`, and words in quotes are not read as scripts.
    static func read(_ script: String) -> [ImageCommand] {
        guard tools.contains(where: script.contains) else { return [] }
        var found: [ImageCommand] = [], directory: String? = ""
        for words in commands(of: script) {
            if words.first == "cd", words.count > 1 {
                let isKnown = !words[1].contains(DockerVariables.unknown) && !words[1].hasPrefix("/")
                directory = isKnown ? directory.map { $0.isEmpty ? words[1] : "\($0)/\(words[1])" } : nil
            } else if var command = command(words) {
                command.directory = directory
                found.append(command)
            }
        }
        return found
    }

    private static let tools = ["docker", "podman", "nerdctl", "buildah", "make"]

    /// The simple commands of a script, as words without quotes.
    private static func commands(of script: String) -> [[String]] {
        var commands: [[String]] = [], text = "", quote: Character?, isEscaped = false
        func end(_ text: String) {
            let words = DockerVariables.words(text, escape: "\\").map {
                // `$(NAME)` is a variable of make, and a command of a shell: neither is known.
                DockerVariables.expand($0.replacing("$(", with: "${"), escape: "\\") { _ in nil }
            }
            if !words.isEmpty { commands.append(words) }
        }
        for character in script {
            if isEscaped {
                isEscaped = false
                // A line goes on after a backslash at its end.
                if character.isNewline {
                    text.removeLast()
                    text.append(" ")
                    continue
                }
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if let open = quote {
                if character == open { quote = nil }
            } else if character == "'" || character == "\"" {
                quote = character
            } else if ";&|\n\r".contains(character) {
                end(text)
                text = ""
                continue
            }
            text.append(character)
        }
        end(text)
        return commands
    }

    private static func command(_ words: [String]) -> ImageCommand? {
        // What stands before it, such as `sudo`, `env A=b` or make's `@`, does not matter.
        for (index, word) in words.enumerated() {
            var rest = words[(index + 1)...]
            switch word.drop(while: { "@-+(".contains($0) }) {
            case "docker", "podman", "nerdctl", "buildah":
                while let next = rest.first, ["buildx", "image", "builder"].contains(next) || next.hasPrefix("-") {
                    rest = rest.dropFirst()
                }
                switch rest.first {
                case "build", "bud", "b": return build(Options(rest.dropFirst(), flags: buildFlags))
                case "bake": return several(.bake, Options(rest.dropFirst(), flags: bakeFlags), rest.dropFirst())
                case "compose": return compose(rest.dropFirst())
                default: return nil
                }
            case "docker-compose", "podman-compose": return compose(rest)
            case "make", "gmake", "$MAKE": return several(.make, Options(rest, flags: makeFlags), rest)
            default: continue
            }
        }
        return nil
    }

    private static func build(_ options: Options) -> ImageCommand {
        var command = ImageCommand(tool: .build(file: options.values["--file"]?.last ?? options.values["-f"]?.last))
        command.context = options.words.first
        for text in options.values["--build-arg"] ?? [] {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            command.arguments[String(parts[0])] = parts.count > 1 ? String(parts[1]) : String(DockerVariables.unknown)
        }
        for text in options.values["--build-context"] ?? [] {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count > 1 { command.contexts[parts[0].lowercased()] = String(parts[1]) }
        }
        return command
    }

    /// `docker compose -f FILE build SERVICE`, and `up` and `run`, which build what is missing.
    private static func compose(_ words: ArraySlice<String>) -> ImageCommand? {
        let verbs: Set<String> = ["build", "up", "run", "create", "watch"]
        guard let verb = words.firstIndex(where: verbs.contains) else { return nil }
        var command = ImageCommand(tool: .compose)
        let before = Options(words[..<verb], flags: ["--compatibility", "--dry-run", "--all-resources"])
        command.files = (before.values["-f"] ?? []) + (before.values["--file"] ?? [])
        // `run` names a service and then a command; what else follows is not told from flags' values.
        if words[verb] == "build" { command.names = Options(words[(verb + 1)...], flags: buildFlags).words }
        return command
    }

    private static func several(_ tool: Tool, _ options: Options, _ words: ArraySlice<String>) -> ImageCommand {
        var command = ImageCommand(tool: tool)
        command.files = (options.values["-f"] ?? []) + (options.values["--file"] ?? [])
        command.names = options.words.filter { !$0.contains("=") }
        if tool == .make {
            command.context = options.values["-C"]?.last ?? options.values["--directory"]?.last ?? ""
        }
        return command
    }

    // MARK: Options

    private static let buildFlags: Set<String> = [
        "--push", "--load", "--no-cache", "--pull", "--rm", "--force-rm", "-q", "--quiet", "--squash", "--check",
        "--compress", "--disable-content-trust", "-D", "--debug", "--with-dependencies", "--print", "--layers",
        "--pull-always", "--pull-never",
    ]
    private static let bakeFlags: Set<String> = ["--push", "--load", "--no-cache", "--pull", "--print", "--check"]
    private static let makeFlags: Set<String> = [
        "-s", "-k", "-n", "-B", "-i", "-w", "-e", "-r", "-R", "-q", "-t", "-S", "-d", "-p", "-b", "-m", "-j",
        "--silent", "--quiet", "--keep-going", "--no-print-directory", "--print-directory", "--always-make",
        "--dry-run", "--jobs",
    ]

    /// The words of a command, told apart into options and what they act on.
    private struct Options {
        var values: [String: [String]] = [:]
        var words: [String] = []

        /// - Parameter flags: the options that take no value.
        init(_ words: ArraySlice<String>, flags: Set<String>) {
            var name: String?
            for word in words {
                if let option = name {
                    values[option, default: []].append(word)
                    name = nil
                } else if word.hasPrefix("-"), word != "-" {
                    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                    if parts.count > 1 {
                        values[String(parts[0]), default: []].append(String(parts[1]))
                    } else if !flags.contains(word) {
                        name = word
                    }
                } else if word.hasPrefix(">") || word.hasPrefix("<") || word == "#" {
                    break
                } else {
                    self.words.append(word)
                }
            }
        }
    }
}
