internal import GitObjects

extension CIEvent {
    /// Buildkite. BUILDKITE_PULL_REQUEST is a number or `false`; the checkout is the branch's head, or a merge when the
    /// pipeline asks for that. No variable says where the branch was before.
    static let buildkite: Adapter = { environment, _ in
        let variables = EventVariables(environment)
        guard variables.isTrue("BUILDKITE") else { return nil }
        return reading("Buildkite") { () throws(EventText.Problem) in
            let branch = try variables.branch("BUILDKITE_BRANCH")
            let commit = variables["BUILDKITE_COMMIT"] == "HEAD" ? nil : try variables.commit("BUILDKITE_COMMIT")
            let kind: Kind
            let evidence: String
            if let base = try variables.commit("BUILDKITE_MERGE_QUEUE_BASE_COMMIT") {
                (kind, evidence) = (.mergeQueue(base: base, head: commit), "merge queue")
            } else if let request = variables["BUILDKITE_PULL_REQUEST"], request != "false" {
                let target = try variables.requiredBranch("BUILDKITE_PULL_REQUEST_BASE_BRANCH")
                var pullRequest = PullRequest(targetBranch: target)
                pullRequest.head = commit
                (kind, evidence) = (.pullRequest(pullRequest), "pull request into \(target)")
            } else if variables["BUILDKITE_TAG"] != nil {
                (kind, evidence) = (.unspecific(.tag), "build of a tag")
            } else if variables["BUILDKITE_SOURCE"] == "schedule" {
                (kind, evidence) = (.unspecific(.schedule), "scheduled build")
            } else if let source = variables["BUILDKITE_SOURCE"], source != "webhook" {
                kind = .unspecific(branch == nil ? .other : .manual)
                evidence = "build started by \(EventText.quoted(source))\(branch.map { " on \($0)" } ?? "")"
            } else {
                var push = Push()
                push.after = commit
                push.branch = branch
                (kind, evidence) = (.push(push), "push\(branch.map { " to \($0)" } ?? "")")
            }
            return CIEvent(
                system: "Buildkite", kind: kind, branch: branch,
                defaultBranch: try variables.branch("BUILDKITE_PIPELINE_DEFAULT_BRANCH"),
                evidence: "Buildkite \(evidence)")
        }
    }
}
