import { difference } from "../../test/policy/iam/agree";
import { numbers, randomDocument } from "../../test/policy/iam/random";
import { json, shown } from "../../toolkit/shown";
import { print } from "../../toolkit/terminal";

/** The number of documents to compare; a million takes several minutes (`KEYLESS_BENCH_DOCUMENTS=1000000`). */
const count = Number(process.env["KEYLESS_BENCH_DOCUMENTS"] ?? 20_000);

/** Random documents on which the library and the oracle disagree; there should be none. */
export async function oracle(): Promise<void> {
    const next = numbers(count);
    let differences = 0;
    for (let done = 0; done < count; done += 1) {
        const document = randomDocument(next);
        const found = difference(document);
        if (found !== undefined) {
            differences += 1;
            print(shown`  ${json(document)}\n    ${found}`);
        }
    }
    print(shown`  ${differences} differences over ${count} random documents`);
}
