import { homedir } from "node:os";
import { resolve } from "node:path";

import { projectDir } from "../../toolkit/paths";

/**
 * Who reads a bucket, and how, not which: https://github.com/google/go-cloud/blob/v0.46.0/aws/aws.go (`V2ConfigFromURLParams`),
 * blob/fileblob/fileblob.go, and https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/backend/diy/backend.go for `no_tmp_dir`.
 * An `endpoint`, a `region`, a `storage_account` or a `table` may be another backend.
 */
const harmless: Readonly<Record<string, readonly string[]>> = {
    s3: ["profile", "awssdk"],
    file: ["no_tmp_dir", "create_dir", "dir_file_mode", "metadata"],
};

/** A parameter's name by which it carries a password or a key; postgres' are in https://www.postgresql.org/docs/current/libpq-connect.html. */
const secret =
    /passw|passphrase|pwd|secret|token|credential|signature|^sig$|(access|account|api|private)_?key$|^sslkey$/i;

/** The parameters of a URL that carry a password or a key. */
export function secretsIn(url: string): readonly string[] {
    return [...partsOf(url).parameters.keys()].filter((name) => secret.test(name));
}

/** One text for all URLs of a backend, without a password. */
export function normalBackend(url: string): string {
    const { scheme, place, parameters } = partsOf(url);
    const kept = [...parameters]
        .filter(([name]) => !(harmless[scheme]?.includes(name) ?? false) && !secret.test(name))
        .sort(([one], [other]) => (one < other ? -1 : 1));
    const query = kept.length === 0 ? "" : `?${new URLSearchParams(kept).toString()}`;
    return `${scheme}://${normalPlace(scheme, place)}${query}`;
}

/** Of Pulumi Cloud: its host has one name for users and one for the API, and only users' URLs go on with the user. */
export function cloudOf(url: string): string | undefined {
    return /^https:\/\/[^/]+/.exec(normalBackend(url))?.[0];
}

function normalPlace(scheme: string, place: string): string {
    if (scheme === "file") {
        // As https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/backend/diy/backend.go (`massageBlobPath`) reads a path.
        return resolve(projectDir, place.replace(/^~/, homedir()));
    }
    const [, host = "", path = ""] = /^(?:[^/]*@)?([^/]*)(.*)$/.exec(place) ?? [];
    const name = scheme === "https" ? host.toLowerCase().replace(/^app\./, "api.") : host;
    return name + path.replace(/\/+$/, "");
}

function partsOf(url: string) {
    const [, scheme = "", place = "", query = ""] = /^([^:]*):\/\/([^?#]*)\??([^#]*)/.exec(url) ?? [];
    return { scheme, place, parameters: new URLSearchParams(query) };
}
