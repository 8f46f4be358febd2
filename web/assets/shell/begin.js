window.guiBegin();
