"""Voices as ONNX files: written by `export_voice` (torch, onnx), spoken by `DeployedVoice` (numpy, onnxruntime).

Only the submodules are imported, each where it is needed, so that speaking does not load torch.
"""
