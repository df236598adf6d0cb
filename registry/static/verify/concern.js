// A sound signature under bad news is no good news. The whole verdict is the registry's
// (registry/domain/verdict.py); here it is enough never to look content.
export function concernOf(records) {
  const superseded = new Set(records.map((record) => record.document.supersedes));
  const standing = records.filter((record) => !superseded.has("urn:uuid:" + record.id));
  const says = (type, member, values) => standing.some((record) =>
    record.type === type && values.includes(record.document.credentialSubject[member]));
  if (standing.some((record) => record.type === "RecallRecord")) return { colour: "red", word: "recalled" };
  if (says("InspectionRecord", "verdict", ["fail"])) return { colour: "red", word: "inspection_failed" };
  if (standing.some((record) => record.type === "HoldRecord")) return { colour: "yellow", word: "on_hold" };
  if (says("CertificationStatusRecord", "change", ["suspend", "revoke"])) {
    return { colour: "yellow", word: "certificate_changed" };
  }
  return {};
}
