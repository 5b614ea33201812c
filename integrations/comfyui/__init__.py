"""InstructIR for ComfyUI; README.md says how to install it."""

from .nodes import InstructIRRestore

NODE_CLASS_MAPPINGS = {"InstructIRRestore": InstructIRRestore}
NODE_DISPLAY_NAME_MAPPINGS = {"InstructIRRestore": "InstructIR: restore from a sentence"}

__all__ = ["NODE_CLASS_MAPPINGS", "NODE_DISPLAY_NAME_MAPPINGS"]
