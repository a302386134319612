internal import Foundation
package import GitObjects

/// A scenario written to disk: a repository whose working tree and index are as the scenario left them.
///
/// Git runs without any configuration but the repository's own, with fixed names and dates; the program under test has
/// a home and a cache of its own.
package final class ScenarioRepository {
    package let scenario: Scenario
    private let directory: DiskDirectory
    private let runner: ProgramRunner
    private let binary: String
    private var hashes: [String] = []
    /// What lies in the working tree now.
    private var onDisk: FileSet = [:]

    /// The root of the working tree.
    package var path: String { directory.path + "/work" }

    /// Writes the scenario to disk.
    package init(_ scenario: Scenario) throws {
        if let mistake = scenario.mistakes.first {
            throw ProgramFailure(description: "The scenario is wrong: \(mistake)")
        }
        self.scenario = scenario
        binary = try RippleBinary.path()
        directory = try DiskDirectory()
        runner = ProgramRunner(scratch: directory, environment: ScenarioRepository.environment(directory.path))
        for name in ["home", "work"] {
            try FileManager.default.createDirectory(
                atPath: "\(directory.path)/\(name)", withIntermediateDirectories: false)
        }
        try git("init", "--quiet", "--template=", "--initial-branch=main")
        if !scenario.commits.isEmpty { try importHistory() }
        if scenario.tip != nil { try checkout(scenario.currentBranch) }
        onDisk = scenario.tip.map { scenario.commits[$0].files } ?? [:]
        if scenario.staged != onDisk {
            try put(scenario.staged)
            try stage()
        }
        try put(scenario.files)
    }

    private static func environment(_ directory: String) -> [String: String] {
        let name = "Scenario", mail = "scenario@example.invalid", date = "1700000000 +0000"
        return [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": "\(directory)/home",
            "TMPDIR": directory, "LC_ALL": "C", "TZ": "UTC", "TERM": "dumb",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0",
            // Nothing here has to outlive a power failure.
            "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.fsync", "GIT_CONFIG_VALUE_0": "none",
            "GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": mail, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_NAME": name,
            "GIT_COMMITTER_EMAIL": mail, "GIT_COMMITTER_DATE": date,
            "RIPPLE_CACHE_DIR": "\(directory)/cache", "RIPPLE_CI": "none", "RIPPLE_JOBS": "2",
        ]
    }

    private func importHistory() throws {
        let marks = "\(directory.path)/marks"
        try git(
            ["fast-import", "--quiet", "--date-format=raw", "--export-marks=\(marks)"],
            input: scenario.fastImportStream())
        hashes = Array(repeating: "", count: scenario.commits.count)
        for line in try String(contentsOfFile: marks, encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, let mark = Int(words[0].dropFirst()) { hashes[mark - 1] = String(words[1]) }
        }
    }
}

extension ScenarioRepository {
    /// The commit id of a label or branch.
    package func hash(_ name: String) throws -> String {
        guard let number = scenario.commit(named: name) else {
            throw ProgramFailure(description: "The scenario has no commit or branch '\(name)'.")
        }
        return hashes[number]
    }

    /// The best common ancestor as git finds it, as a place in the scenario's commits.
    package func mergeBase(_ one: String, _ two: String) throws -> Int {
        let found = try git("merge-base", "--all", try hash(one), try hash(two)).text.split(separator: "\n")
        guard found.count == 1, let number = hashes.firstIndex(of: String(found[0])) else {
            throw ProgramFailure(description: "\(one) and \(two) have \(found.count) merge bases.")
        }
        return number
    }

    package func hash(_ commit: Int) -> String { hashes[commit] }

    /// Runs git in the working tree; a failure is an error.
    @discardableResult
    package func git(_ arguments: String...) throws -> ProgramRun { try git(arguments, input: nil) }

    @discardableResult
    private func git(_ arguments: [String], input: [UInt8]?) throws -> ProgramRun {
        let run = try runner.run(["git"] + arguments, in: path, input: input)
        guard run.code == 0 else {
            throw ProgramFailure(description: "git \(arguments.joined(separator: " ")) failed: \(run.errors)")
        }
        return run
    }

    /// Runs the program under test in the working tree.
    package func ripple(_ arguments: String...) throws -> ProgramRun { try ripple(arguments, in: path) }

    package func ripple(_ arguments: [String], in place: String) throws -> ProgramRun {
        try runner.run([binary] + arguments, in: place)
    }

    /// Checks a branch or a commit out; the working tree is clean afterwards.
    package func checkout(_ name: String) throws {
        let isBranch = scenario.branches[name] != nil
        let target = isBranch ? name : try hash(name)
        try git(["checkout", "--quiet", "--force"] + (isBranch ? [target] : ["--detach", target]), input: nil)
        if let number = scenario.commit(named: name) { onDisk = scenario.commits[number].files }
    }

    /// Checks a commit out by its place.
    package func checkout(commit number: Int) throws {
        try git("checkout", "--quiet", "--force", "--detach", hashes[number])
        onDisk = scenario.commits[number].files
    }

    /// Makes the files of the working tree these, without telling git.
    package func put(_ files: FileSet) throws {
        try FileOnDisk.change(path, from: onDisk, to: files)
        onDisk = files
    }

    /// Writes one file of the working tree.
    package func write(_ file: RepoPath, _ text: String) throws {
        var files = onDisk
        files[file] = ScenarioFile(files[file]?.mode ?? .regular, Array(text.utf8))
        try put(files)
    }

    /// Stages everything.
    package func stage() throws { try git("add", "--all", ".") }

    /// What a file of the working tree holds, also one that a task made; `nil` when it is not there.
    package func read(_ file: String) -> String? { try? String(contentsOfFile: "\(path)/\(file)", encoding: .utf8) }

    /// A new bare clone; gives its path.
    package func bareClone() throws -> String {
        let target = "\(directory.path)/bare-\(UUID().uuidString).git"
        try git("clone", "--quiet", "--bare", "--template=", path, target)
        try git("-C", target, "fetch", "--quiet", path, "refs/scenario/*:refs/scenario/*")
        return target
    }
}
