internal import GitObjects

/// One way to come by an answer, with what it said.
package struct PathAnswer {
    package var name: String
    package var answer: Answer
}

extension Scenario {
    /// The answers to what changed from the merge base of `base` and `head` to `head`, by every path that can tell:
    /// the library in memory, the program on commits, in a bare clone, on the working tree, and on what is staged.
    package func answers(base: String, head: String) throws -> [PathAnswer] {
        let repository = try ScenarioRepository(self)
        let before = try repository.mergeBase(base, head)
        guard let after = commit(named: head) else {
            throw ProgramFailure(description: "The scenario has no commit or branch '\(head)'.")
        }
        var answers = [
            PathAnswer(name: "in memory", answer: try Answer(inMemory: commits[before].files, to: commits[after].files))
        ]
        func ask(_ name: String, _ arguments: [String], in place: String) throws {
            let run = try repository.ripple(["affected", "--format", "json"] + arguments, in: place)
            guard run.code == 0 else {
                throw ProgramFailure(description: "\(name): 'ripple affected' exited with \(run.code): \(run.errors)")
            }
            answers.append(PathAnswer(name: name, answer: try Answer(document: run.output)))
        }
        let range = ["--base", try repository.hash(base), "--head", try repository.hash(head)]
        try ask("commits", range, in: repository.path)
        try ask("bare clone", range, in: try repository.bareClone())
        try repository.checkout(commit: before)
        try repository.put(commits[after].files)
        try ask("working tree", ["--base", repository.hash(before)], in: repository.path)
        try repository.stage()
        try ask("index", ["--base", repository.hash(before)], in: repository.path)
        return answers
    }

    /// The first commit, if the scenario does not call one `base`.
    package var defaultBase: String {
        commit(named: "base") != nil ? "base" : commits.first?.label ?? "base"
    }

    /// Answers by all paths and says where they differ from the first one.
    package func agreedAnswer(base: String? = nil, head: String? = nil) throws -> (answer: Answer, problems: [String]) {
        let answers = try answers(base: base ?? defaultBase, head: head ?? currentBranch)
        var problems: [String] = []
        for other in answers.dropFirst() {
            let difference = answers[0].answer.difference(to: other.answer)
            if !difference.isEmpty {
                problems.append(
                    (["'\(other.name)' differs from '\(answers[0].name)':"] + difference).joined(separator: "\n"))
            }
        }
        return (answers[0].answer, problems)
    }
}
