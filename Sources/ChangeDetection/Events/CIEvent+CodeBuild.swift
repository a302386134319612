internal import GitObjects

extension CIEvent {
    /// AWS CodeBuild. The webhook's variables are absent from builds that a person, a schedule or a pipeline started.
    static let codeBuild: Adapter = { environment, _ in
        let variables = EventVariables(environment)
        guard variables["CODEBUILD_BUILD_ID"] != nil else { return nil }
        return reading("CodeBuild") { () throws(EventText.Problem) in
            let commit = resolvedCommit(variables)
            guard let webhook = variables["CODEBUILD_WEBHOOK_EVENT"] else {
                return event(.unspecific(.other), branch: nil, "build without a webhook")
            }
            if webhook.hasPrefix("PULL_REQUEST") {
                let target = try variables.requiredBranch("CODEBUILD_WEBHOOK_BASE_REF")
                var request = PullRequest(targetBranch: target)
                request.head = commit
                return event(.pullRequest(request), branch: nil, "pull request into \(target)")
            }
            let reference = variables["CODEBUILD_WEBHOOK_HEAD_REF"] ?? ""
            if webhook != "PUSH" {
                return event(.unspecific(.other), branch: nil, "webhook event \(EventText.quoted(webhook))")
            }
            if reference.hasPrefix("refs/tags/") || variables["CODEBUILD_WEBHOOK_TRIGGER"]?.hasPrefix("tag/") == true {
                return event(.unspecific(.tag), branch: nil, "push of a tag")
            }
            var push = Push()
            push.branch = try variables.branch("CODEBUILD_WEBHOOK_HEAD_REF")
            push.before = try variables.commit("CODEBUILD_WEBHOOK_PREV_COMMIT")
            push.after = commit
            return event(.push(push), branch: push.branch, "push\(push.branch.map { " to \($0)" } ?? "")")
        }
    }

    /// The commit that was checked out. Other sources than git put other things there, so it is a hint only.
    private static func resolvedCommit(_ variables: EventVariables) -> ObjectID? {
        (try? variables.commit("CODEBUILD_RESOLVED_SOURCE_VERSION")) ?? nil
    }

    private static func event(_ kind: Kind, branch: String?, _ evidence: String) -> CIEvent {
        CIEvent(
            system: "CodeBuild", kind: kind, branch: branch, defaultBranch: nil, evidence: "CodeBuild \(evidence)")
    }
}
