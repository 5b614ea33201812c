"""Training that is bound by its GPU: pictures on the device, batches made there, a step as one graph."""
