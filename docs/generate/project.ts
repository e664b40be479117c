import { parseDocument } from "yaml";
import { configKeys, sentence } from "./configKeys";

/** Pulumi.yaml, which `pulumi config` reads: what it says about each key is what the schema says. */
export function project(written: string): string {
    const document = parseDocument(written);
    for (const [name, key] of Object.entries(configKeys.properties ?? {})) {
        document.setIn(["config", name, "description"], sentence(key).replaceAll("`", ""));
    }
    return document.toString({ lineWidth: 0 });
}
