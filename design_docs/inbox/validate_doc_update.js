function (newDoc) {
  // Defence in depth behind sync/fanout: what must never reach a device cannot be put where devices read.
  if (newDoc._deleted) {
    return;
  }
  if (typeof newDoc.kind !== "string") {
    throw { forbidden: "a document of an inbox has a kind" };
  }
  if ((newDoc.kind === "receipt") !== (newDoc._id.indexOf("receipt:") === 0)) {
    throw { forbidden: "a receipt, and nothing else, is named receipt:<action_id>" };
  }
  if (newDoc.is_bare || (newDoc.confidentiality && newDoc.confidentiality !== "normal")) {
    throw { forbidden: "a secret document has no card on any device" };
  }
}
