internal import GitObjects

extension CIEvent {
    /// Azure Pipelines. Pull requests are checked out as a merge of SYSTEM_PULLREQUEST_SOURCECOMMITID into the target; no
    /// variable says where a branch was before.
    static let azurePipelines: Adapter = { environment, _ in
        let variables = EventVariables(environment)
        guard variables.isTrue("TF_BUILD") else { return nil }
        return reading("Azure Pipelines") { () throws(EventText.Problem) in
            let reference = variables["BUILD_SOURCEBRANCH"] ?? ""
            let branch = reference.hasPrefix("refs/heads/") ? try variables.branch("BUILD_SOURCEBRANCH") : nil
            let on = branch.map { " on \($0)" } ?? ""
            let reason = variables["BUILD_REASON"] ?? ""
            let kind: Kind
            let evidence: String
            if reason == "PullRequest" {
                var request = PullRequest(
                    targetBranch: try variables.requiredBranch("SYSTEM_PULLREQUEST_TARGETBRANCH"))
                request.head = try variables.commit("SYSTEM_PULLREQUEST_SOURCECOMMITID")
                request.checkout = .merge
                (kind, evidence) = (.pullRequest(request), "pull request into \(request.targetBranch)")
            } else if reference.hasPrefix("refs/tags/") {
                (kind, evidence) = (.unspecific(.tag), "run of a tag")
            } else if reason == "Schedule" {
                (kind, evidence) = (.unspecific(.schedule), "scheduled run")
            } else if reason == "IndividualCI" || reason == "BatchedCI" {
                var push = Push()
                push.after = try variables.commit("BUILD_SOURCEVERSION")
                push.branch = branch
                (kind, evidence) = (.push(push), "\(reason)\(on)")
            } else {
                kind = .unspecific(branch == nil ? .other : .manual)
                evidence = "run for the reason \(EventText.quoted(reason))\(on)"
            }
            return CIEvent(
                system: "Azure Pipelines", kind: kind, branch: branch, defaultBranch: nil,
                evidence: "Azure Pipelines \(evidence)")
        }
    }
}
