internal import Diagnostics
internal import Glibc

/// The `git` program, which answers where libgit2 cannot: other object formats, replaced objects, partial clones, filters.
///
/// Started with posix_spawn rather than through the Subprocess package: that is asynchronous, and planning, which asks
/// here, is synchronous and must not wait for threads that it may itself be running on.
package struct GitProgram: Sendable {
    /// Where it runs, given as `-C`.
    package let directory: String
    private let environment: [String]

    /// What a run left.
    package struct Answer: Sendable {
        package let code: Int32
        package let output: [UInt8]
        package let errors: [UInt8]

        /// What git said on standard error, on one line and without its `fatal: `.
        package var reason: String {
            let text = String(decoding: errors.prefix(600), as: UTF8.self)
            let words = text.split { $0 == "\n" || $0 == "\t" || $0 == " " }.joined(separator: " ")
            return words.hasPrefix("fatal: ") ? String(words.dropFirst(7)) : words
        }

        package var lines: [String] {
            output.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// Variables that name a repository or parts of one; passed on only when the caller was given them.
    private static let local = [
        "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_QUARANTINE_PATH", "GIT_GRAFT_FILE", "GIT_SHALLOW_FILE",
    ]

    /// - Parameters:
    ///   - environment: the variables that name the repository, as the hook or user set them.
    ///   - extra: variables for these runs alone, which win.
    package init(directory: String, environment: [String: String], extra: [String: String] = [:]) {
        self.directory = directory
        var values: [String: String] = [:]
        var cursor = environ
        while let entry = cursor.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                values[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            cursor += 1
        }
        for name in GitProgram.local { values[name] = environment[name] }
        for name in values.keys where name.hasPrefix("GIT_TRACE") { values[name] = nil }
        // Reads only, without questions, in the language this code understands.
        values["GIT_OPTIONAL_LOCKS"] = "0"
        values["GIT_TERMINAL_PROMPT"] = "0"
        values["LC_ALL"] = "C"
        for (name, value) in extra { values[name] = value }
        self.environment = values.map { "\($0)=\($1)" }.sorted()
    }

    /// Runs git to its end.
    ///
    /// - Throws: `unsupportedRepository` when there is no such program. An exit code other than 0 is an answer.
    package func run(_ arguments: [String], input: [UInt8] = []) throws(GitError) -> Answer {
        let child = try ChildProcess(["git", "-C", directory] + arguments, environment: environment)
        let (output, errors) = child.exchange(input)
        return Answer(code: child.wait(), output: output, errors: errors)
    }

    /// Runs git and throws when it fails, with its own words.
    package func require(_ arguments: [String], input: [UInt8] = []) throws(GitError) -> Answer {
        let answer = try run(arguments, input: input)
        guard answer.code == 0 else {
            throw GitError(
                .unreadable, .environment,
                "'git \(arguments.joined(separator: " "))' failed in \(directory): \(answer.reason)")
        }
        return answer
    }

    /// Starts git as a partner that answers line by line.
    func converse(_ arguments: [String]) throws(GitError) -> ChildProcess {
        try ChildProcess(["git", "-C", directory] + arguments, environment: environment, keepsErrors: false)
    }

    /// The version, such as `2.39.5`; `nil` when there is no such program.
    package static func version() -> String? {
        guard let answer = try? GitProgram(directory: "/", environment: [:]).run(["version"]), answer.code == 0 else {
            return nil
        }
        let words = answer.lines.first?.split(separator: " ") ?? []
        return words.count >= 3 ? String(words[2]) : nil
    }
}
