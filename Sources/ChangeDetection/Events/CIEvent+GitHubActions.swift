internal import GitObjects
internal import JSONText

extension CIEvent {
    /// GitHub Actions, and what speaks its language: the payload says more than the variables do.
    static let gitHubActions: Adapter = { environment, payload in
        let variables = EventVariables(environment)
        guard variables.isTrue("GITHUB_ACTIONS") else { return nil }
        return reading("GitHub Actions") { () throws(EventText.Problem) in
            guard let name = variables["GITHUB_EVENT_NAME"] else {
                throw EventText.Problem(text: "GITHUB_EVENT_NAME is not set")
            }
            return try GitHubEvent(name: name, variables: variables, payload: EventPayload(payload)).event()
        }
    }
}

/// One event of GitHub Actions, by name.
private struct GitHubEvent {
    let name: String
    let variables: EventVariables
    let payload: EventPayload

    func event() throws(EventText.Problem) -> CIEvent {
        switch name {
        case "pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment":
            return try pullRequest()
        case "merge_group": return try mergeGroup()
        case "push": return try push()
        case "schedule": return try unspecific(.schedule)
        case "workflow_dispatch", "repository_dispatch":
            return try unspecific(isTag ? .tag : .manual)
        default: return try unspecific(isTag ? .tag : .other)
        }
    }

    private func pullRequest() throws(EventText.Problem) -> CIEvent {
        let target = try payload.requiredBranch("pull_request", "base", "ref")
        var request = CIEvent.PullRequest(targetBranch: target)
        request.frozenTarget = try payload.commit("pull_request", "base", "sha")
        guard let head = try payload.commit("pull_request", "head", "sha") else {
            throw EventText.Problem(text: "the event payload has no pull_request.head.sha")
        }
        request.head = head
        if name == "pull_request_target" {
            request.checkout = .target
        } else if variables["GITHUB_REF"]?.hasSuffix("/merge") == true {
            request.checkout = .merge
        }
        var number = ""
        if let digits = payload.number("pull_request", "number") ?? payload.number("number") {
            request.headReference = "refs/pull/\(digits)/head"
            number = " \(digits)"
        }
        return try make(.pullRequest(request), branch: nil, "\(name)\(number) into \(target)")
    }

    private func mergeGroup() throws(EventText.Problem) -> CIEvent {
        guard let base = try payload.commit("merge_group", "base_sha") else {
            throw EventText.Problem(text: "the event payload has no merge_group.base_sha")
        }
        let head = try payload.commit("merge_group", "head_sha")
        return try make(.mergeQueue(base: base, head: head), branch: nil, "merge_group")
    }

    private func push() throws(EventText.Problem) -> CIEvent {
        guard let ref = try payload.text("ref") ?? variables["GITHUB_REF"] else {
            throw EventText.Problem(text: "the event payload has no ref")
        }
        if ref.hasPrefix("refs/tags/") { return try make(.unspecific(.tag), branch: nil, "push of a tag") }
        if try payload.flag("deleted") {
            return try make(.unspecific(.other), branch: nil, "push that deletes a branch")
        }
        var push = CIEvent.Push()
        let branch = try checked("ref", ref)
        push.branch = branch
        push.after = try payload.commit("after")
        push.before = try payload.commit("before")
        push.forced = try payload.flag("forced")
        push.created = try payload.flag("created")
        return try make(.push(push), branch: branch, "push to \(branch)")
    }

    private func unspecific(_ occasion: CIEvent.Occasion) throws(EventText.Problem) -> CIEvent {
        let onBranch = variables["GITHUB_REF"]?.hasPrefix("refs/heads/") == true
        let branch = onBranch ? try variables.branch("GITHUB_REF") : nil
        // The name is a word of GitHub's, but it comes from outside too.
        let shown = name.utf8.allSatisfy { $0 >= 0x61 && $0 <= 0x7A || $0 == 0x5F } ? name : EventText.quoted(name)
        return try make(.unspecific(occasion), branch: branch, shown)
    }

    private var isTag: Bool { variables["GITHUB_REF"]?.hasPrefix("refs/tags/") == true }

    private func checked(_ field: String, _ text: String) throws(EventText.Problem) -> String {
        do { return try EventText.branch(text) } catch { throw EventText.Problem(text: "\(field) \(error.text)") }
    }

    private func make(
        _ kind: CIEvent.Kind, branch: String?, _ evidence: String
    ) throws(EventText.Problem) -> CIEvent {
        CIEvent(
            system: "GitHub Actions", kind: kind, branch: branch,
            defaultBranch: try payload.branch("repository", "default_branch"), evidence: "GitHub Actions \(evidence)")
    }
}
