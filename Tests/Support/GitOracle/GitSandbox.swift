internal import Foundation
internal import Glibc

/// A repository in a temporary folder and the `git` program to ask about it, cut off from the machine's configuration.
package final class GitSandbox: Sendable {
    /// The folder everything lies in; removed with the sandbox.
    package let folder: String
    /// The working tree, or the bare repository.
    package let root: String

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Makes an empty repository on branch `main`, without starting git: the files are few and always the same.
    package init(bare: Bool = false, config: String = "") throws {
        var template = Array("\(NSTemporaryDirectory())/ripple-git-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw Failure(description: "no temporary folder") }
        var resolved = [CChar](repeating: 0, count: 4097)
        guard realpath(made, &resolved) != nil else { throw Failure(description: "no real path") }
        folder = String(decoding: resolved.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        root = folder + "/work"
        try GitSandbox.initialise(bare ? root : root + "/.git", bare: bare, config: config)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Writes an empty repository into `directory`.
    package static func initialise(_ directory: String, bare: Bool = false, config: String = "") throws {
        for name in ["objects/pack", "objects/info", "refs/heads", "refs/tags", "info"] {
            try FileManager.default.createDirectory(atPath: directory + "/" + name, withIntermediateDirectories: true)
        }
        // Stated, so that libgit2, which reads the home directory of whoever runs the tests, cannot learn otherwise.
        let text = """
            [core]
            \trepositoryformatversion = 0
            \tbare = \(bare)
            \tautocrlf = false
            \tsafecrlf = false
            \tquotepath = false
            \texcludesfile = /nonexistent/excludes
            \tattributesfile = /nonexistent/attributes
            [user]
            \tname = A
            \temail = a@example.invalid
            \(config)

            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: directory + "/config"))
        try Data("ref: refs/heads/main\n".utf8).write(to: URL(fileURLWithPath: directory + "/HEAD"))
    }

    /// The environment of every git process: none of the caller's, and no configuration but the repository's.
    package var environment: [String: String] {
        [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder,
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C",
            "GIT_AUTHOR_DATE": "1700000000 +0000", "GIT_COMMITTER_DATE": "1700000000 +0000",
            "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.invalid", "GIT_COMMITTER_NAME": "A",
            "GIT_COMMITTER_EMAIL": "a@example.invalid", "GIT_OPTIONAL_LOCKS": "0",
        ]
    }

    /// Runs git in the working tree and returns its standard output.
    ///
    /// - Parameter allowed: exit codes besides 0 that are answers, such as 1 of `git check-ignore`.
    @discardableResult
    package func git(
        _ arguments: [String], input: [UInt8] = [], environment extra: [String: String] = [:],
        in directory: String? = nil,
        allowed: Set<Int32> = []
    ) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git"] + arguments
        process.environment = environment.merging(extra) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: directory ?? root)
        let name = UUID().uuidString
        let inputPath = "\(folder)/\(name).in", errorPath = "\(folder)/\(name).err"
        defer {
            unlink(inputPath)
            unlink(errorPath)
        }
        try Data(input).write(to: URL(fileURLWithPath: inputPath))
        try Data().write(to: URL(fileURLWithPath: errorPath))
        let output = Pipe()
        process.standardInput = FileHandle(forReadingAtPath: inputPath)
        process.standardError = FileHandle(forWritingAtPath: errorPath)
        process.standardOutput = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 || allowed.contains(process.terminationStatus) else {
            let message = (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? ""
            throw Failure(description: "git \(arguments) exits \(process.terminationStatus): \(message)")
        }
        return Array(bytes)
    }

    @discardableResult
    package func git(_ arguments: String...) throws -> String { try line(arguments) }

    /// Git's answer without the newline at its end.
    package func line(_ arguments: [String], environment: [String: String] = [:], in directory: String? = nil) throws
        -> String
    {
        let bytes = try git(arguments, environment: environment, in: directory)
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}
