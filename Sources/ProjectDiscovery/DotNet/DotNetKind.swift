internal import GitObjects

/// What a project is for, judged by what it sets when nothing outside the repository sets a property.
struct DotNetKind {
    let isTest: Bool
    /// Why it is an app; `nil` for a library and for tests.
    let appEvidence: String?

    init(of evaluation: MSBuildEvaluation) {
        isTest = DotNetKind.isTest(evaluation)
        appEvidence = isTest ? nil : DotNetKind.appEvidence(evaluation)
    }

    /// Packages that come with a runner of tests, in lower case.
    private static let testPackages: Set<String> = [
        "microsoft.net.test.sdk", "xunit", "xunit.v3", "xunit.v3.mtp-v1", "xunit.v3.mtp-v2", "xunit.v3.core",
        "xunit.runner.visualstudio", "nunit3testadapter", "mstest",
        "mstest.testadapter", "tunit", "tunit.engine", "microsoft.testing.platform.msbuild", "yolodev.expecto.testsdk",
    ]

    private static func isTest(_ evaluation: MSBuildEvaluation) -> Bool {
        let said = evaluation.likely("IsTestProject")
        if said == ["false"] { return false }
        if said.contains("true") || evaluation.sdks.contains(where: { $0.lowercased() == "mstest.sdk" }) { return true }
        return evaluation.items.contains { item in
            item.isLikely && item.item.include != nil && item.item.type.lowercased() == "packagereference"
                && evaluation.names(item).contains { testPackages.contains($0) }
        }
    }

    private static func appEvidence(_ evaluation: MSBuildEvaluation) -> String? {
        let file = evaluation.project
        let output = evaluation.likely("OutputType")
        if let kind = output.first(where: { ["exe", "winexe", "appcontainerexe"].contains($0) }) {
            return "\(file): OutputType \(kind)"
        }
        if !evaluation.likely("AzureFunctionsVersion").allSatisfy(\.isEmpty) { return "\(file): AzureFunctionsVersion" }
        guard output.isEmpty || output == [""] else { return nil }
        let runnable = [
            "microsoft.net.sdk.web", "microsoft.net.sdk.worker", "microsoft.net.sdk.blazorwebassembly",
            "microsoft.net.sdk.functions", "aspire.apphost.sdk",
        ]
        return evaluation.sdks.sorted().first { runnable.contains($0.lowercased()) }.map { "\(file): the SDK \($0)" }
    }
}
