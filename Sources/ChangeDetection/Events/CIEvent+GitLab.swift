internal import GitObjects

extension CIEvent {
    /// GitLab CI. A merge request's commit is its branch's head ("detached") or a merge; CI_MERGE_REQUEST_EVENT_TYPE says
    /// which, and where that is unset, CI_MERGE_REQUEST_SOURCE_BRANCH_SHA is set for merges only.
    static let gitLab: Adapter = { environment, _ in
        let variables = EventVariables(environment)
        guard variables.isTrue("GITLAB_CI") else { return nil }
        return reading("GitLab") { () throws(EventText.Problem) in
            let source = variables["CI_PIPELINE_SOURCE"] ?? ""
            let branch = try variables.branch("CI_COMMIT_BRANCH")
            let before = try variables.commit("CI_COMMIT_BEFORE_SHA")
            let kind: Kind
            let evidence: String
            if variables["CI_MERGE_REQUEST_IID"] != nil || source == "merge_request_event" {
                let request = try gitLabRequest(variables)
                kind = .pullRequest(request)
                let type = variables["CI_MERGE_REQUEST_EVENT_TYPE"].map { " (\(gitLabType($0)))" } ?? ""
                evidence = "merge request\(type) into \(request.targetBranch)"
            } else if variables["CI_COMMIT_TAG"] != nil {
                (kind, evidence) = (.unspecific(.tag), "pipeline of a tag")
            } else if source == "push" || source.isEmpty || source == "parent_pipeline" && before != nil {
                var push = Push()
                push.before = before
                push.after = try variables.commit("CI_COMMIT_SHA")
                push.created = push.before == nil
                push.branch = branch
                (kind, evidence) = (.push(push), "push\(branch.map { " to \($0)" } ?? "")")
            } else if source == "schedule" {
                (kind, evidence) = (.unspecific(.schedule), "scheduled pipeline")
            } else {
                kind = .unspecific(branch == nil ? .other : .manual)
                evidence = "pipeline started by \(EventText.quoted(source))\(branch.map { " on \($0)" } ?? "")"
            }
            return CIEvent(
                system: "GitLab", kind: kind, branch: branch, defaultBranch: try variables.branch("CI_DEFAULT_BRANCH"),
                evidence: "GitLab \(evidence)")
        }
    }

    private static func gitLabRequest(_ variables: EventVariables) throws(EventText.Problem) -> PullRequest {
        var request = PullRequest(targetBranch: try variables.requiredBranch("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"))
        let source = try variables.commit("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")
        let type = variables["CI_MERGE_REQUEST_EVENT_TYPE"]
        request.targetCommit = try variables.commit("CI_MERGE_REQUEST_TARGET_BRANCH_SHA")
        request.mergeBaseHint = try variables.commit("CI_MERGE_REQUEST_DIFF_BASE_SHA")
        switch type {
        case "merged_result", "merge_train": (request.checkout, request.head) = (.merge, source)
        case "detached": request.head = try variables.commit("CI_COMMIT_SHA")
        default: (request.checkout, request.head) = (source == nil ? .unknown : .merge, source)
        }
        if let iid = variables["CI_MERGE_REQUEST_IID"], iid.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            request.headReference = "refs/merge-requests/\(iid)/head"
        }
        return request
    }

    private static func gitLabType(_ type: String) -> String {
        ["detached", "merged_result", "merge_train"].contains(type) ? type : EventText.quoted(type)
    }
}
