package import GitObjects
package import WorkspaceModel

/// Reads Dockerfiles and compose files: the images that projects are deployed as, and what goes into them.
///
/// A Dockerfile beside a manifest belongs to the project of that manifest, and so does one in its directory `docker`, or one
/// deeper inside that a compose file builds. In a directory that belongs to no other project it makes an app. A compose file
/// makes no project: it says from where images are built, with which arguments, and how they are called.
package enum DockerAdapter {
    /// Finds the images that the scanned directories and the projects of `others` lead to. Projects are sorted by path.
    ///
    /// What images that tasks of `others` build are made from is added to these tasks' inputs.
    /// A file that cannot be understood widens the tasks it concerns; only a failure to read the repository throws.
    package static func discover(
        in tree: SourceTree, scan: ManifestScan, cache: ParsedDockerCache, beside others: inout [Discovery]
    ) throws(GitError) -> Discovery {
        let survey = DockerSurvey(tree: tree, cache: cache, places: ProjectPlaces(others))
        let tasks = try TaskImages(others, survey)
        try survey.run(scan, and: tasks.files())
        var places = survey.places
        for home in survey.homes.values where !places.contains(home) { places.add(home) }
        var taken: [RepoPath: Set<String>] = [:]
        for project in others.lazy.flatMap(\.projects) {
            taken[project.path, default: []].formUnion(project.tasks.keys)
        }
        let images = LocalImages(survey: survey, taken: taken)
        let builds = try imageBuilds(survey, images)
        try tasks.add(to: &others, builds, images)
        var discovery = Discovery()
        for (home, paths) in Dictionary(grouping: survey.homes.keys, by: { survey.homes[$0] ?? .root }).sorted(by: {
            $0.key < $1.key
        }) {
            let own = paths.sorted().compactMap { builds[$0] }
            let builder = DockerProjectBuilder(survey: survey, images: images, places: places, home: home, builds: own)
            discovery.projects.append(try builder.build())
        }
        discovery.widenings = survey.widenings
        discovery.diagnostics = survey.diagnostics
        return discovery
    }

    /// What each Dockerfile reads. An image that copies from whoever builds on it makes those read all of their contexts.
    private static func imageBuilds(
        _ survey: DockerSurvey, _ images: LocalImages
    ) throws(GitError) -> [RepoPath: ImageBuild] {
        var builds: [RepoPath: ImageBuild] = [:]
        for path in survey.homes.keys.sorted() { builds[path] = try ImageBuild(path, survey: survey) }
        let triggering = Set(builds.filter { $0.value.hasTriggers }.keys)
        guard !triggering.isEmpty else { return builds }
        for path in builds.keys.sorted() {
            for image in builds[path]?.images ?? []
            where images.builders(of: image, for: path).contains(where: triggering.contains) {
                try builds[path]?.readWholeContexts(line: image.line, survey: survey)
            }
        }
        return builds
    }
}
