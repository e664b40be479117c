import { isUnknown } from "../resources/unknownValues";
import { kindOfName, namesAddress, namesDatabase } from "./names";
import { entriesIn, isAddress, withoutReferences } from "./texts";
import type { Entry } from "./texts";

/** The entries that hold a database password; of a file, its own entry with the name inside it. */
export function passwordsIn(entries: readonly Entry[]): readonly string[] {
    return entries.flatMap((entry) => {
        if (isPassword(entry, entries)) {
            return [entry.key];
        }
        const inside =
            typeof entry.value === "string" && !isUnknown(entry.value) ? entriesIn(entry.value, isFile(entry.key)) : [];
        const [first] = inside.filter((one) => isPassword(one, besides(one, inside)));
        return first === undefined ? [] : [`${entry.key} (${first.key})`];
    });
}

/** The names of entries whose values are not known yet and may contain a password: connection strings and files. */
export function openIn(entries: readonly Entry[]): readonly string[] {
    return entries
        .filter(({ key, value }) => isUnknown(value) && (namesAddress(key) || isFile(key)))
        .map(({ key }) => key);
}

function isFile(name: string): boolean {
    return /\.(ya?ml|json|properties|env|ini|conf|cfg|cnf|toml|xml)$/i.test(name);
}

/** In a file, only entries with the same parent show whose password it is. */
function besides({ key }: Entry, entries: readonly Entry[]): readonly Entry[] {
    const parent = key.slice(0, key.lastIndexOf(".") + 1);
    return entries.filter((one) => one.key.startsWith(parent));
}

function isPassword({ key, alias, value }: Entry, beside: readonly Entry[]): boolean {
    if (typeof value === "string" && !isUnknown(value)) {
        if (isAddress(value)) {
            return true;
        }
        if (!mayBePassword(value)) {
            return false;
        }
    } else if (value === null || typeof value === "boolean") {
        return false;
    }
    const kinds = [key, ...(alias === undefined ? [] : [alias])].map(kindOfName);
    return kinds.includes("password") || (kinds[0] === "bare" && beside.some(isDatabase));
}

/** Neither a switch nor the ARN of a secret nor a reference is a password. */
function mayBePassword(value: string): boolean {
    return !/^(|true|false|yes|no|on|off|arn:aws[\w-]*:.*)$/is.test(withoutReferences(value).trim());
}

/** Whether an entry says that the password beside it is a database's. */
function isDatabase({ key, value }: Entry): boolean {
    if (kindOfName(key) === "database") {
        return true;
    }
    if (typeof value === "number" || (typeof value === "string" && !isUnknown(value))) {
        return /port$/i.test(key)
            ? /^(5432|3306)$/.test(String(value))
            : /(host|hostname|server|address|endpoint|url|uri)$/i.test(key) && namesDatabase(String(value));
    }
    return false;
}
