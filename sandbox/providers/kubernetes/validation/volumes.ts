import { configKey, dnsLabel, dnsSubdomain } from "./names";
import { checkText } from "./metadata";
import { Field } from "./field";
import type { Problems } from "./problems";

const modeText = "must be a number between 0 and 0777 (octal), both inclusive";
const hostPathTypes = [
    "",
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket",
];

/** A pod's volumes; returns the names that containers can mount. */
export function validateVolumes(volumes: Field, problems: Problems): ReadonlySet<string> {
    const names = new Set<string>();
    for (const volume of volumes.items()) {
        validateSource(volume, problems);
        const name = volume.at("name");
        if (name.isEmpty) {
            problems.required(name);
        }
        checkText(name, dnsLabel, problems);
        const text = name.text() ?? "";
        if (names.has(text)) {
            problems.duplicate(name);
        }
        names.add(text);
    }
    return names;
}

function validateSource(volume: Field, problems: Problems): void {
    const sources = volume.keys().filter((key) => key !== "name" && volume.at(key).isSet);
    for (const extra of sources.slice(1)) {
        problems.forbidden(volume.at(extra), "may not specify more than 1 volume type");
    }
    const source = volume.at(sources[0] ?? "none");
    const check = checks[sources[0] ?? "none"];
    check?.(source, problems);
}

/** The volume types that are validated; others are accepted as given. */
const checks: Record<string, (source: Field, problems: Problems) => void> = {
    configMap: (source, problems) => keyedSource(source, "name", problems),
    secret: (source, problems) => keyedSource(source, "secretName", problems),
    persistentVolumeClaim: (source, problems) => requireText(source.at("claimName"), problems),
    csi: (source, problems) => requireText(source.at("driver"), problems),
    downwardAPI: (source, problems) => {
        checkMode(source.at("defaultMode"), problems);
        source
            .at("items")
            .items()
            .forEach((file) => downwardFile(file, problems));
    },
    hostPath: (source, problems) => {
        requireText(source.at("path"), problems);
        noBacksteps(source.at("path"), problems);
        const type = source.at("type").text();
        if (type !== undefined && !hostPathTypes.includes(type)) {
            problems.unsupported(source.at("type"), hostPathTypes);
        }
    },
    projected: (source, problems) => {
        checkMode(source.at("defaultMode"), problems);
        source
            .at("sources")
            .items()
            .forEach((each) => projection(each, problems));
    },
};

function keyedSource(source: Field, nameField: string, problems: Problems): void {
    requireText(source.at(nameField), problems);
    checkMode(source.at("defaultMode"), problems);
    source
        .at("items")
        .items()
        .forEach((item) => keyToPath(item, problems));
}

function keyToPath(item: Field, problems: Problems): void {
    requireText(item.at("key"), problems);
    localPath(item.at("path"), problems);
    checkMode(item.at("mode"), problems);
}

function downwardFile(file: Field, problems: Problems): void {
    localPath(file.at("path"), problems);
    if (!file.at("fieldRef").isSet && !file.at("resourceFieldRef").isSet) {
        problems.required(file, "one of fieldRef and resourceFieldRef is required");
    }
    checkMode(file.at("mode"), problems);
}

function projection(source: Field, problems: Problems): void {
    for (const kind of ["configMap", "secret"]) {
        if (source.at(kind).isSet) {
            requireText(source.at(kind, "name"), problems);
            source
                .at(kind, "items")
                .items()
                .forEach((item) => keyToPath(item, problems));
        }
    }
    source
        .at("downwardAPI", "items")
        .items()
        .forEach((file) => downwardFile(file, problems));
    const token = source.at("serviceAccountToken");
    if (token.isSet) {
        localPath(token.at("path"), problems);
        const seconds = token.at("expirationSeconds").number();
        if (seconds !== undefined && seconds < 600) {
            problems.invalid(token.at("expirationSeconds"), "may not specify a duration less than 10 minutes");
        }
    }
    if (!source.isUnknown && source.keys().length > 1) {
        problems.forbidden(source, "may not specify more than 1 volume type per source");
    }
}

function requireText(field: Field, problems: Problems): void {
    if (field.isEmpty) {
        problems.required(field);
    }
}

/** A file's path inside a volume. */
function localPath(path: Field, problems: Problems): void {
    requireText(path, problems);
    const text = path.text() ?? "";
    if (text.startsWith("/")) {
        problems.invalid(path, "must be a relative path");
    }
    noBacksteps(path, problems);
    if (text.startsWith("..") && !text.startsWith("../")) {
        problems.invalid(path, "must not start with '..'");
    }
}

function noBacksteps(path: Field, problems: Problems): void {
    if (path.text()?.split("/").includes("..")) {
        problems.invalid(path, "must not contain '..'");
    }
}

function checkMode(mode: Field, problems: Problems): void {
    const value = mode.number();
    if (value !== undefined && (value < 0 || value > 0o777)) {
        problems.invalid(mode, modeText);
    }
}

/** A container's mounts; `volumes` are the names of the pod's volumes. */
export function validateMounts(mounts: Field, volumes: ReadonlySet<string> | undefined, problems: Problems): void {
    const places = new Set<string>();
    for (const mount of mounts.items()) {
        const name = mount.at("name");
        if (name.isEmpty) {
            problems.required(name);
        }
        if (volumes !== undefined && !name.isUnknown && !volumes.has(name.text() ?? "")) {
            problems.notFound(name.isSet ? name : mount.at("name"));
        }
        const path = mount.at("mountPath");
        if (path.isEmpty) {
            problems.required(path);
        }
        if (path.text() !== undefined && places.has(path.text() ?? "")) {
            problems.invalid(path, "must be unique");
        }
        places.add(path.text() ?? "");
        for (const sub of ["subPath", "subPathExpr"]) {
            // Without the mount's index, as in the API server.
            const field = new Field(`${mounts.path}.${sub}`, mount.at(sub).value);
            if (field.text()?.startsWith("/")) {
                problems.invalid(field, "must be a relative path");
            }
            noBacksteps(field, problems);
        }
    }
}

/** A reference to one key of a ConfigMap or a Secret. */
export function validateKeyReference(reference: Field, problems: Problems): void {
    if (!reference.isSet) {
        return;
    }
    const name = reference.at("name");
    if (!name.isUnknown) {
        problems.invalid(name, dnsSubdomain(name.text() ?? ""), name.value ?? "");
    }
    requireText(reference.at("key"), problems);
    checkText(reference.at("key"), configKey, problems);
}
