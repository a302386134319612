import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.*;
import org.apache.maven.model.*;
import org.apache.maven.model.building.*;
import org.apache.maven.model.io.xpp3.MavenXpp3Reader;
import org.apache.maven.model.resolution.*;

/**
 * Prints the effective models of all modules that the given pom.xml files lead to, by Maven's own model builder.
 *
 * <p>Lines of tab-separated fields: {@code module DIR GROUP ARTIFACT VERSION PACKAGING OUTER}, OUTER being whether a parent
 * is from outside; then what it uses: {@code dependency|plugin GROUP ARTIFACT VERSION SCOPE}. All profiles are active, and
 * their modules count too. A parent or bill of materials from outside is an empty one. Arguments: the root of the
 * repository, then pom.xml files.
 */
class MavenModels implements ModelResolver {
    private final Map<String, File> local;

    MavenModels(Map<String, File> local) { this.local = local; }

    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(arguments[0]).toRealPath();
        Set<File> files = new TreeSet<>();
        Deque<File> pending = new ArrayDeque<>();
        for (String argument : Arrays.asList(arguments).subList(1, arguments.length)) pending.add(new File(argument));
        Map<String, File> local = new HashMap<>();
        while (!pending.isEmpty()) {
            File file = pending.poll().getCanonicalFile();
            if (!file.isFile() || !files.add(file)) continue;
            Model raw;
            try (var stream = Files.newInputStream(file.toPath())) {
                raw = new MavenXpp3Reader().read(stream, false);
            } catch (Exception error) {
                System.err.println(root.relativize(file.toPath()) + ": " + error.getMessage());
                files.remove(file);
                continue;
            }
            String group = raw.getGroupId() != null ? raw.getGroupId() : raw.getParent() == null ? "" : raw.getParent().getGroupId();
            local.putIfAbsent(group + ":" + raw.getArtifactId(), file);
            List<String> modules = new ArrayList<>(raw.getModules());
            for (Profile profile : raw.getProfiles()) modules.addAll(profile.getModules());
            for (String module : modules) {
                File target = new File(file.getParentFile(), module);
                pending.add(target.isDirectory() ? new File(target, "pom.xml") : target);
            }
        }
        ModelBuilder builder = new DefaultModelBuilderFactory().newInstance();
        for (File file : files) print(builder, root, file, local);
    }

    private static void print(ModelBuilder builder, Path root, File file, Map<String, File> local) {
        ModelBuildingRequest request = new DefaultModelBuildingRequest().setPomFile(file)
            .setModelResolver(new MavenModels(local)).setSystemProperties(System.getProperties())
            .setValidationLevel(ModelBuildingRequest.VALIDATION_LEVEL_MINIMAL).setProcessPlugins(true)
            .setActiveProfileIds(profiles(file, new ArrayList<>(), local));
        ModelBuildingResult result;
        try {
            result = builder.build(request);
        } catch (ModelBuildingException error) {
            result = error.getResult();
            System.err.println(root.relativize(file.toPath()) + ": " + error.getProblems().get(0).getMessage());
            if (result == null || result.getEffectiveModel() == null) return;
        }
        Model model = result.getEffectiveModel();
        String directory = root.relativize(file.getParentFile().toPath()).toString();
        row("module", directory.isEmpty() ? "." : directory, model.getGroupId(), model.getArtifactId(), model.getVersion(), model.getPackaging(),
            String.valueOf(result.getModelIds().stream().anyMatch(id -> !id.isEmpty() && !local.containsKey(id.substring(0, id.lastIndexOf(':'))))));
        for (Dependency one : model.getDependencies()) row("dependency", one.getGroupId(), one.getArtifactId(), one.getVersion(), one.getScope());
        if (model.getBuild() != null) {
            for (Plugin plugin : model.getBuild().getPlugins()) {
                row("plugin", plugin.getGroupId(), plugin.getArtifactId(), plugin.getVersion(), "");
                for (Dependency one : plugin.getDependencies()) row("plugin", one.getGroupId(), one.getArtifactId(), one.getVersion(), "");
            }
            for (Extension one : model.getBuild().getExtensions()) row("plugin", one.getGroupId(), one.getArtifactId(), one.getVersion(), "");
        }
    }

    /** The names of all profiles of a file and of its parents in this repository. */
    private static List<String> profiles(File file, List<File> seen, Map<String, File> local) {
        List<String> names = new ArrayList<>();
        if (!file.isFile() || seen.contains(file)) return names;
        seen.add(file);
        try (var stream = Files.newInputStream(file.toPath())) {
            Model raw = new MavenXpp3Reader().read(stream, false);
            for (Profile profile : raw.getProfiles()) names.add(profile.getId());
            if (raw.getParent() != null) {
                File parent = local.get(raw.getParent().getGroupId() + ":" + raw.getParent().getArtifactId());
                if (parent != null) names.addAll(profiles(parent, seen, local));
            }
        } catch (Exception error) {
            return names;
        }
        return names;
    }

    private static void row(String... fields) {
        for (int i = 0; i < fields.length; i++) if (fields[i] == null) fields[i] = "";
        System.out.println(String.join("\t", fields).replace("\n", " "));
    }

    // What comes from outside is empty.

    @Override
    public ModelSource resolveModel(String group, String artifact, String version) {
        File file = local.get(group + ":" + artifact);
        if (file != null) return new FileModelSource(file);
        return new StringModelSource("<project><modelVersion>4.0.0</modelVersion><groupId>" + group + "</groupId><artifactId>"
            + artifact + "</artifactId><version>" + version + "</version><packaging>pom</packaging></project>");
    }

    @Override
    public ModelSource resolveModel(Parent parent) { return resolveModel(parent.getGroupId(), parent.getArtifactId(), parent.getVersion()); }

    @Override
    public ModelSource resolveModel(Dependency one) { return resolveModel(one.getGroupId(), one.getArtifactId(), one.getVersion()); }

    @Override
    public void addRepository(Repository repository) {}

    @Override
    public void addRepository(Repository repository, boolean replace) {}

    @Override
    public ModelResolver newCopy() { return this; }
}
