/// The names of configurations.
enum GradleConfigurations {
    /// Whether what is in a configuration is for the project's own tests alone: one of its words is `test`. What test
    /// fixtures use passes to those who use the fixtures.
    static func isTest(_ name: String) -> Bool {
        guard !name.hasPrefix("testFixtures") else { return false }
        return words(name).contains { $0 == "test" || $0 == "tests" }
    }

    /// Whether it holds what checks or documents the project, which neither its result nor its tests are made of.
    static func isCheck(_ name: String) -> Bool {
        ["detekt", "checkstyle", "pmd", "spotbugs", "ktlint", "codenarc", "dokka"].contains(words(name).first ?? "")
    }

    /// Whether it holds what builds or checks the project rather than what the project uses.
    static func isTool(_ name: String) -> Bool {
        let words = words(name)
        return ["classpath", "kapt", "ksp", "errorprone", "plugins", "processor"].contains {
            words.first == $0 || words.last == $0
        }
    }

    /// The words of a name in camel case, in small letters.
    private static func words(_ name: String) -> [String] {
        var words: [String] = []
        for scalar in name.unicodeScalars {
            if scalar.properties.isUppercase || words.isEmpty {
                words.append(String(scalar).lowercased())
            } else {
                words[words.count - 1].unicodeScalars.append(scalar)
            }
        }
        return words
    }
}

/// The paths of files in scripts.
enum GradlePaths {
    /// Beginnings that stand for the root of the build, and those that stand for the project's own directory.
    private static let roots = [
        "$rootDir/", "${rootDir}/", "$rootProject.projectDir/", "${rootProject.projectDir}/", "${rootProject.rootDir}/",
        "${project.rootDir}/", "$settingsDir/", "${settingsDir}/", "${settings.settingsDir}/",
        "${rootProject.projectDir.path}/", "${rootDir.path}/", "${rootProject.layout.projectDirectory}/",
    ]
    private static let owns = ["$projectDir/", "${projectDir}/", "${project.projectDir}/", "file:", "./"]

    /// The text without what stands for a directory, and whether that is the root of the build.
    static func stripped(_ text: String) -> (path: String, isFromRoot: Bool) {
        for root in roots where text.hasPrefix(root) { return (String(text.dropFirst(root.count)), true) }
        for own in owns where text.hasPrefix(own) { return (String(text.dropFirst(own.count)), false) }
        return (text, false)
    }

    /// Whether the text is a path once what stands for a directory is known.
    static func isReadable(_ text: String) -> Bool { !stripped(text).path.contains("$") }
}
